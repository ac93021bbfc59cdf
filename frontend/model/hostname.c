/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/hostname.h"

#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/utf8.h"

enum { LABEL_MAX_LEN = 63 };

/* Names that never mean a public host: the IANA special-use registry, ICANN's
 * .internal, and the collision names that local networks use. */
static const char *const special_labels[] = {
    "localhost", "local", "internal", "onion", "test", "example",     "invalid",  "alt",
    "arpa",      "home",  "corp",     "mail",  "lan",  "localdomain", "intranet", "private",
};

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* Letters, digits, dot, colon, hyphen, underscore, and whole UTF-8 characters: everything else is a
 * URL, a zone, an attack, or a typing error. */
static bool has_only_host_bytes(const char *text, size_t len)
{
    for (size_t i = 0, step; i < len; i += step) {
        step = utf8_sequence_len(text + i, len - i);
        if (step == 0 || text[i] == '\0' ||
            (step == 1 && !isalnum((unsigned char)text[i]) && strchr(".:-_", text[i]) == NULL))
            return false;
    }
    return true;
}

static void lower_ascii(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
}

/* To A-labels by strict IDNA2008 (RFC 5891): no mapping, and never libidn2's
 * STD3 option, which deletes bytes instead of refusing them. */
static enum hostname_error to_ascii(char *name)
{
    uint8_t *ascii = NULL;
    int rc = idn2_lookup_u8((const uint8_t *)name, &ascii, IDN2_NO_TR46 | IDN2_NFC_INPUT);
    enum hostname_error error = HOSTNAME_INVALID_IDNA;

    if (rc == IDN2_TOO_BIG_DOMAIN || rc == IDN2_TOO_BIG_LABEL)
        error = HOSTNAME_TOO_LONG;
    if (rc == IDN2_OK && strlen((char *)ascii) <= HOSTNAME_INPUT_MAX_LEN) {
        memcpy(name, ascii, strlen((char *)ascii) + 1);
        error = HOSTNAME_OK;
    }
    idn2_free(ascii);
    return error;
}

static const char *last_label(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

/* The URL standard's "ends in a number": some parser takes the whole name for an IPv4 address. */
static bool ends_in_number(const char *name)
{
    const char *label = last_label(name);
    const char *digits = "0123456789";

    if (*label == '\0')
        return false;
    if (label[0] == '0' && label[1] == 'x') {
        label += 2;
        digits = "0123456789abcdef";
    }
    return strspn(label, digits) == strlen(label);
}

/* An A-label must say what its own U-label says (RFC 5891 section 5.4). */
static bool a_label_round_trips(const char *label, size_t len)
{
    char copy[LABEL_MAX_LEN + 1];
    uint8_t *again = NULL;
    char *unicode = NULL;
    bool same = false;

    memcpy(copy, label, len);
    copy[len] = '\0';
    if (idn2_to_unicode_8z8z(copy, &unicode, 0) == IDN2_OK && !is_ascii(unicode) &&
        idn2_lookup_u8((const uint8_t *)unicode, &again, IDN2_NO_TR46 | IDN2_NFC_INPUT) == IDN2_OK)
        same = strcmp((char *)again, copy) == 0;
    idn2_free(unicode);
    idn2_free(again);
    return same;
}

static enum hostname_error check_label(const char *label, size_t len)
{
    if (len >= 4 && strncmp(label, "xn--", 4) == 0)
        return a_label_round_trips(label, len) ? HOSTNAME_OK : HOSTNAME_INVALID_IDNA;
    if (len == 0 || label[0] == '-' || label[len - 1] == '-')
        return HOSTNAME_INVALID;
    if (len >= 4 && label[2] == '-' && label[3] == '-')
        return HOSTNAME_INVALID; /* reserved: RFC 5890 section 2.3.1 */
    return HOSTNAME_OK;
}

static bool is_too_long(const char *name)
{
    bool too_long = strlen(name) > HOSTNAME_MAX_LEN;

    for (size_t len; !too_long && *name != '\0'; name += len + (name[len] == '.')) {
        len = strcspn(name, ".");
        too_long = len > LABEL_MAX_LEN;
    }
    return too_long;
}

static enum hostname_error check_labels(const char *name)
{
    if (is_too_long(name))
        return HOSTNAME_TOO_LONG;
    for (;;) {
        size_t len = strcspn(name, ".");
        enum hostname_error error = check_label(name, len);
        if (error != HOSTNAME_OK || name[len] == '\0')
            return error;
        name += len + 1;
    }
}

static bool is_special_use(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(special_labels); i++)
        if (strcmp(last_label(name), special_labels[i]) == 0)
            return true;
    return false;
}

static enum hostname_error parse_name(char *name)
{
    size_t len = strlen(name);
    enum hostname_error error;

    if (len > 0 && name[len - 1] == '.')
        name[len - 1] = '\0'; /* "example.com." is the same name, absolute */
    if (ends_in_number(name))
        return HOSTNAME_AMBIGUOUS_IPV4;
    error = check_labels(name);
    if (error != HOSTNAME_OK)
        return error;
    if (is_special_use(name))
        return HOSTNAME_SPECIAL_USE;
    return strchr(name, '.') != NULL ? HOSTNAME_OK : HOSTNAME_NOT_FQDN;
}

enum hostname_error hostname_parse(const char *text, size_t len, struct hostname *out)
{
    char name[HOSTNAME_INPUT_MAX_LEN + 1];
    enum hostname_error error;

    *out = (struct hostname){0};
    if (len == 0 || len > HOSTNAME_INPUT_MAX_LEN || !has_only_host_bytes(text, len))
        return len > HOSTNAME_INPUT_MAX_LEN ? HOSTNAME_TOO_LONG : HOSTNAME_INVALID;
    memcpy(name, text, len);
    name[len] = '\0';
    if (addr_parse(name, &out->addr)) {
        addr_format(&out->addr, out->text);
        return HOSTNAME_OK;
    }
    if (strchr(name, ':') != NULL)
        return HOSTNAME_INVALID;
    lower_ascii(name);
    if (!is_ascii(name)) {
        error = to_ascii(name);
        if (error != HOSTNAME_OK)
            return error;
        if (!has_only_host_bytes(name, strlen(name)) || strchr(name, ':') != NULL)
            return HOSTNAME_INVALID_IDNA;
    }
    error = parse_name(name);
    if (error == HOSTNAME_OK || error == HOSTNAME_SPECIAL_USE || error == HOSTNAME_NOT_FQDN)
        memcpy(out->text, name, strlen(name) + 1);
    return error;
}

bool hostname_map(const char *text, char out[static HOSTNAME_INPUT_MAX_LEN + 1])
{
    struct hostname ignored;
    uint8_t *ascii = NULL;
    bool maps;

    memcpy(out, text, strlen(text) + 1);
    if (is_ascii(text) || hostname_parse(text, strlen(text), &ignored) == HOSTNAME_OK)
        return false;
    maps = idn2_lookup_u8((const uint8_t *)text, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) ==
               IDN2_OK &&
           strlen((char *)ascii) <= HOSTNAME_INPUT_MAX_LEN;
    if (maps)
        memcpy(out, ascii, strlen((char *)ascii) + 1);
    idn2_free(ascii);
    return maps;
}

const char *hostname_error_code(enum hostname_error error)
{
    switch (error) {
    case HOSTNAME_OK: return "ok";
    case HOSTNAME_INVALID: return "invalid-host";
    case HOSTNAME_INVALID_IDNA: return "invalid-idna";
    case HOSTNAME_AMBIGUOUS_IPV4: return "ambiguous-ipv4";
    case HOSTNAME_TOO_LONG: return "host-too-long";
    case HOSTNAME_SPECIAL_USE: return "special-use-name";
    case HOSTNAME_NOT_FQDN: return "not-fqdn";
    }
    return "invalid-host";
}
