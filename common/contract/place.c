/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_MAX_LEN = 64, ASN_DIGITS_MAX = 10 };

bool place_is_name(const char *text, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

    return len > 0 && len < PLACE_NAME_LEN && strspn(text, letters) >= len;
}

/* The next field without the spaces around it, empty after the last; false if it is too long. */
static bool next_field(const char **at, char field[static FIELD_MAX_LEN])
{
    size_t len = strcspn(*at, ";"), first = strspn(*at, " ");
    const char *end = *at + len;

    *at += first < len ? first : len;
    while (end > *at && end[-1] == ' ')
        end--;
    len = (size_t)(end - *at);
    if (len >= FIELD_MAX_LEN)
        return false;
    memcpy(field, *at, len);
    field[len] = '\0';
    *at = end + strcspn(end, ";");
    *at += **at == ';';
    return true;
}

static bool read_asn(const char *text, uint32_t *asn)
{
    size_t digits = strlen(text) > 2 ? strspn(text + 2, "0123456789") : 0;
    unsigned long long value;

    if (text[0] == '\0')
        return true;
    if (strncmp(text, "AS", 2) != 0 || digits == 0 || digits > ASN_DIGITS_MAX ||
        text[2 + digits] != '\0')
        return false;
    value = strtoull(text + 2, NULL, 10);
    *asn = (uint32_t)value;
    return value > 0 && value <= UINT32_MAX;
}

static bool read_degrees(const char *text, double most, double *out)
{
    char *end;

    if (strspn(text, "-.0123456789") != strlen(text))
        return false;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && *out >= -most && *out <= most;
}

static bool is_country(const char *text)
{
    return text[0] == '\0' || (strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' &&
                               text[1] >= 'A' && text[1] <= 'Z');
}

/* It is shown in pages, terminals and logs: no control characters. */
static bool is_title(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return false;
    return strlen(text) < PLACE_TITLE_LEN;
}

const char *place_read(const char *text, struct place *out)
{
    char name[FIELD_MAX_LEN], title[FIELD_MAX_LEN], country[FIELD_MAX_LEN], asn[FIELD_MAX_LEN],
        latitude[FIELD_MAX_LEN], longitude[FIELD_MAX_LEN];

    memset(out, 0, sizeof(*out));
    if (!next_field(&text, name) || !next_field(&text, title) || !next_field(&text, country) ||
        !next_field(&text, asn) || !next_field(&text, latitude) || !next_field(&text, longitude))
        return "has a field of more than 63 bytes";
    if (*text != '\0')
        return "has more than name; title; country; AS number; latitude; longitude";
    if (!place_is_name(name, strlen(name)))
        return "must begin with a name of 1 to 16 letters a-z, digits and hyphens";
    if (!is_title(title))
        return "has a title of more than 48 bytes, or with control characters";
    if (!is_country(country))
        return "has a country that is not two capital letters (ISO 3166), such as DE";
    if (!read_asn(asn, &out->asn))
        return "has an AS number that is not written like AS64500";
    out->has_position = latitude[0] != '\0' || longitude[0] != '\0';
    if (out->has_position && (!read_degrees(latitude, 90, &out->latitude) ||
                              !read_degrees(longitude, 180, &out->longitude)))
        return "has a position that is not degrees of latitude; longitude, such as 50.11; 8.68";
    memcpy(out->name, name, strlen(name) + 1);
    memcpy(out->country, country, strlen(country) + 1);
    if (title[0] == '\0')
        memcpy(title, name, sizeof(title));
    memcpy(out->title, title, strlen(title) + 1);
    return NULL;
}

bool place_socket(const char *directory, const char *name, char path[static PLACE_PATH_LEN])
{
    int len = snprintf(path, PLACE_PATH_LEN, "%s/%s.sock", directory, name);

    return len > 0 && len < PLACE_PATH_LEN;
}
