/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/config/config_items.h"

#include <string.h>

#include "common/base/compiler.h"
#include "common/config/config_keys.h"
#include "common/contract/beacon.h"
#include "common/contract/place.h"
#include "common/net/endpoint.h"

enum { NAME_MAX_LEN = 253, FILE_MAX_LEN = 108 };

const char *config_item_local_path(const char *listen)
{
    static const char scheme[] = "unix:";

    return strncmp(listen, scheme, sizeof(scheme) - 1) == 0 ? listen + sizeof(scheme) - 1 : NULL;
}

static const char *check_listen(const char *text)
{
    const char *path = config_item_local_path(text);
    struct endpoint at;

    if (path != NULL)
        return path[0] == '/' && strlen(path) <= ENDPOINT_PATH_MAX
                   ? NULL
                   : "must be an absolute path of at most 107 bytes behind unix:";
    if (endpoint_parse(text, &at) && at.has_port)
        return NULL;
    return "must be ADDRESS:PORT or [ADDRESS]:PORT, with an address and not a name, or "
           "unix:/PATH";
}

static const char *check_nameserver(const char *text)
{
    struct endpoint at;

    return endpoint_parse(text, &at)
               ? NULL
               : "must be an address, or ADDRESS:PORT or [ADDRESS]:PORT, and not a name";
}

/* Whatever else stood here would be compared with every Host, and equal none. */
static const char *check_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_.";
    size_t len = strlen(text);
    struct addr addr;

    if (addr_parse(text, &addr))
        return NULL;
    if (len > 0 && len <= NAME_MAX_LEN && strspn(text, letters) == len && text[0] != '.' &&
        text[len - 1] != '.')
        return NULL;
    return "must be a name alone, without scheme, port or *; international names as xn--...";
}

/* The name of EHLO (RFC 5321 section 4.1.1.1), or nothing. */
static const char *check_helo(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
    size_t len = strlen(text);

    return len == 0 || (len <= NAME_MAX_LEN && strspn(text, letters) == len && text[0] != '.' &&
                        text[0] != '-' && text[len - 1] != '.')
               ? NULL
               : "must be a host name of letters, digits, hyphens and dots, or empty";
}

static const char *check_optional_path(const char *text)
{
    return text[0] == '\0' || text[0] == '/' ? NULL : "must be an absolute path, or empty";
}

static const char *check_engine(const char *text)
{
    return check_listen(text);
}

static const char *check_place(const char *text)
{
    struct place place;

    return place_read(text, &place);
}

static const char *check_beacon(const char *text)
{
    struct beacon beacon;

    return beacon_read(text, &beacon);
}

static const char *check_file(const char *text)
{
    return text[0] == '/' && strlen(text) < FILE_MAX_LEN
               ? NULL
               : "must be an absolute path of less than 108 bytes";
}

static const char *check_frontend(const char *text)
{
    return place_is_name(text, strlen(text))
               ? NULL
               : "must be a name of 1 to 16 letters a-z, digits and hyphens";
}

static const struct {
    const char *section, *key;
    size_t max;
    const char *too_many;
    const char *(*check)(const char *text);
} lists[] = {
    {"http", "listen", CONFIG_LISTEN_MAX, "is one of more than 16", check_listen},
    {"http", "metrics-listen", CONFIG_LISTEN_MAX, "is one of more than 16", check_listen},
    {"http", "names", SIZE_MAX, NULL, check_name},
    {"inspector", "helo", SIZE_MAX, NULL, check_helo},
    {"inspector", "known-intermediates", SIZE_MAX, NULL, check_optional_path},
    {"fleet", "places", PLACES_MAX, "is one of more than 32", check_place},
    {"fleet", "engines", CONFIG_ENGINES_MAX, "is one of more than 2", check_engine},
    {"fleet", "beacons", CONFIG_BEACONS_MAX, "is one of more than 8", check_beacon},
    {"fleet", "revoked", CONFIG_REVOKED_MAX, "is one of more than 1", check_file},
    {"fleet", "frontends", PLACES_MAX, "is one of more than 32", check_frontend},
    {"resolver", "nameservers", CONFIG_NAMESERVERS_MAX, "is one of more than 8", check_nameserver},
};

_Static_assert(CONFIG_LISTEN_MAX == 16 && CONFIG_NAMESERVERS_MAX == 8 && PLACES_MAX == 32 &&
                   CONFIG_ENGINES_MAX == 2 && CONFIG_BEACONS_MAX == 8 && CONFIG_REVOKED_MAX == 1,
               "as the sentences say");

const char *config_item_mistake(const char *section, const char *key, const char *text,
                                size_t index)
{
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (strcmp(lists[i].section, section) == 0 && strcmp(lists[i].key, key) == 0)
            return index < lists[i].max ? lists[i].check(text) : lists[i].too_many;
    return NULL;
}

bool config_items_clash(const char *listen, const char *other)
{
    struct endpoint a, b;

    if (!endpoint_parse(listen, &a) || !endpoint_parse(other, &b))
        return strcmp(listen, other) == 0;
    if (a.port != b.port || a.port == 0 || a.addr.family != b.addr.family)
        return false;
    return addr_equal(&a.addr, &b.addr) || addr_is_unspecified(&a.addr) ||
           addr_is_unspecified(&b.addr);
}
