/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/hostname.h"

#include <idn2.h>
#include <string.h>

#include "common/compiler.h"
#include "frontend/utf8.h"

enum { LABEL_MAX_LEN = 63 };

/* Strict IDNA2008: no UTS 46 mapping, which would turn fullwidth digits into an
 * address; and never IDN2_USE_STD3_ASCII_RULES, which deletes what it dislikes. */
enum { STRICT_IDNA2008 = IDN2_NO_TR46 | IDN2_NFC_INPUT };

static const char digits[] = "0123456789";
static const char hex_digits[] = "0123456789abcdef";
static const char name_characters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";

/* IANA Special-Use Domain Names, ICANN's .internal, and the names that private
 * networks are known to use as if they were theirs. */
static const char *const special_labels[] = {
    "localhost", "local", "internal", "onion", "test", "example",     "invalid",  "alt",
    "arpa",      "home",  "corp",     "mail",  "lan",  "localdomain", "intranet", "private",
};

static bool is_ascii_text(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

static bool is_made_of(const char *text, const char *characters)
{
    return text[strspn(text, characters)] == '\0';
}

/* Copies with ASCII letters in lower case; false for an ASCII byte that stands
 * in no name and no address. */
static bool copy_lower_case(const char *text, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte >= 'A' && byte <= 'Z')
            byte = (unsigned char)(byte - 'A' + 'a');
        if (byte == '\0' || (byte < 0x80 && byte != ':' && strchr(name_characters, byte) == NULL))
            return false;
        out[i] = (char)byte;
    }
    out[len] = '\0';
    return true;
}

static enum hostname_error convert_to_ascii(char name[static HOSTNAME_INPUT_MAX_LEN + 1])
{
    uint8_t *ascii = NULL;
    int rc = idn2_lookup_u8((const uint8_t *)name, &ascii, STRICT_IDNA2008);
    enum hostname_error error = HOSTNAME_OK;

    if (rc == IDN2_TOO_BIG_DOMAIN || rc == IDN2_TOO_BIG_LABEL)
        error = HOSTNAME_TOO_LONG;
    else if (rc != IDN2_OK || !is_made_of((const char *)ascii, name_characters))
        error = HOSTNAME_INVALID_IDNA; /* NFC alone makes a capital K of the Kelvin sign */
    else
        memcpy(name, ascii, strlen((const char *)ascii) + 1);
    idn2_free(ascii);
    return error;
}

/* An A-label is one only if it is what its own U-label gives (RFC 5891 section
 * 5.4). */
static bool alabel_round_trips(const char *label)
{
    char *unicode = NULL;
    uint8_t *ascii = NULL;
    bool same = idn2_to_unicode_8z8z(label, &unicode, 0) == IDN2_OK && !is_ascii_text(unicode) &&
                idn2_lookup_u8((const uint8_t *)unicode, &ascii, STRICT_IDNA2008) == IDN2_OK &&
                strcmp((const char *)ascii, label) == 0;

    idn2_free(unicode);
    idn2_free(ascii);
    return same;
}

static enum hostname_error check_label(const char *label, size_t len)
{
    char copy[LABEL_MAX_LEN + 1];

    if (len >= 4 && strncmp(label, "xn--", 4) == 0) {
        memcpy(copy, label, len);
        copy[len] = '\0';
        return alabel_round_trips(copy) ? HOSTNAME_OK : HOSTNAME_INVALID_IDNA;
    }
    if (len == 0 || label[0] == '-' || label[len - 1] == '-')
        return HOSTNAME_INVALID;
    if (len >= 4 && label[2] == '-' && label[3] == '-')
        return HOSTNAME_INVALID; /* reserved, RFC 5890 section 2.3.1 */
    return HOSTNAME_OK;
}

static bool has_long_label(const char *name)
{
    for (size_t len; *name != '\0'; name += len + (name[len] == '.')) {
        len = strcspn(name, ".");
        if (len > LABEL_MAX_LEN)
            return true;
    }
    return false;
}

static enum hostname_error check_labels(const char *name)
{
    for (;;) {
        size_t len = strcspn(name, ".");
        enum hostname_error error = check_label(name, len);

        if (error != HOSTNAME_OK || name[len] == '\0')
            return error;
        name += len + 1;
    }
}

static const char *last_label(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot + 1 : name;
}

/* WHATWG URL, "ends in a number": some parser takes such a name for IPv4. */
static bool ends_in_number(const char *name)
{
    const char *label = last_label(name);

    if (*label == '\0')
        return false;
    return is_made_of(label, digits) ||
           (strncmp(label, "0x", 2) == 0 && is_made_of(label + 2, hex_digits));
}

static bool is_special_use(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(special_labels); i++)
        if (strcmp(last_label(name), special_labels[i]) == 0)
            return true;
    return false;
}

/* The rules for names, in this order. */
static enum hostname_error check_name(char *name)
{
    size_t len = strlen(name);
    enum hostname_error error;

    if (len > 0 && name[len - 1] == '.')
        name[--len] = '\0';
    if (ends_in_number(name))
        return HOSTNAME_AMBIGUOUS_IPV4;
    if (len > HOSTNAME_MAX_LEN || has_long_label(name))
        return HOSTNAME_TOO_LONG;
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
    struct hostname host = {.addr = {.family = ADDR_NONE}};
    enum hostname_error error = HOSTNAME_OK;

    if (len > HOSTNAME_INPUT_MAX_LEN)
        return HOSTNAME_TOO_LONG;
    if (len == 0 || !utf8_is_valid(text, len) || !copy_lower_case(text, len, name))
        return HOSTNAME_INVALID;
    if (strchr(name, ':') != NULL && !addr_parse(name, &host.addr))
        return HOSTNAME_INVALID;
    if (host.addr.family == ADDR_NONE && !is_ascii_text(name))
        error = convert_to_ascii(name);
    else if (host.addr.family == ADDR_NONE)
        addr_parse(name, &host.addr);
    if (error != HOSTNAME_OK)
        return error;
    if (host.addr.family != ADDR_NONE) {
        addr_format(&host.addr, host.text);
    } else {
        error = check_name(name);
        if (error != HOSTNAME_OK)
            return error;
        memcpy(host.text, name, strlen(name) + 1);
    }
    *out = host;
    return HOSTNAME_OK;
}

const char *hostname_error_code(enum hostname_error error)
{
    switch (error) {
    case HOSTNAME_OK: return "ok";
    case HOSTNAME_INVALID: break;
    case HOSTNAME_INVALID_IDNA: return "invalid-idna";
    case HOSTNAME_AMBIGUOUS_IPV4: return "ambiguous-ipv4";
    case HOSTNAME_TOO_LONG: return "host-too-long";
    case HOSTNAME_SPECIAL_USE: return "special-use-name";
    case HOSTNAME_NOT_FQDN: return "not-fqdn";
    }
    return "invalid-host";
}

const char *hostname_error_text(enum hostname_error error)
{
    switch (error) {
    case HOSTNAME_OK: return "This is a valid host.";
    case HOSTNAME_INVALID: break;
    case HOSTNAME_INVALID_IDNA:
        return "This internationalized name holds a character or a label that IDNA2008 forbids.";
    case HOSTNAME_AMBIGUOUS_IPV4:
        return "This ends in a number, which programs read as different addresses. Write an IPv4 "
               "address as four decimal numbers without leading zeros.";
    case HOSTNAME_TOO_LONG:
        return "The name is too long: 253 characters are the limit, 63 between two dots.";
    case HOSTNAME_SPECIAL_USE:
        return "Names under this top-level domain are never reachable from the internet.";
    case HOSTNAME_NOT_FQDN:
        return "This name has no dot. Write it in full, such as www.example.com.";
    }
    return "This is neither an IP address nor a host name. Leave out scheme, port, path, brackets "
           "and zone.";
}
