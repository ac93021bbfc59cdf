/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/prefix.h"

#include <stdio.h>
#include <string.h>

static bool parse_bits(const char *text, unsigned max, uint8_t *bits)
{
    unsigned value = 0;

    if (*text == '\0' || (text[0] == '0' && text[1] != '\0'))
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (unsigned)(*text - '0');
        if (value > max)
            return false;
    }
    *bits = (uint8_t)value;
    return true;
}

enum prefix_error prefix_parse(const char *text, struct prefix *out)
{
    char address[PREFIX_TEXT_LEN];
    const char *slash = strchr(text, '/');
    size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
    struct prefix prefix;
    struct addr masked;

    if (len >= sizeof(address))
        return PREFIX_BAD_ADDRESS;
    memcpy(address, text, len);
    address[len] = '\0';
    if (!addr_parse(address, &prefix.addr))
        return PREFIX_BAD_ADDRESS;

    prefix.bits = (uint8_t)(addr_len(&prefix.addr) * 8);
    if (slash != NULL && !parse_bits(slash + 1, prefix.bits, &prefix.bits))
        return PREFIX_BAD_LENGTH;
    masked = addr_mask(&prefix.addr, prefix.bits);
    if (!addr_equal(&masked, &prefix.addr))
        return PREFIX_HOST_BITS;
    *out = prefix;
    return PREFIX_OK;
}

void prefix_format(const struct prefix *prefix, char text[static PREFIX_TEXT_LEN])
{
    char address[ADDR_TEXT_LEN];

    addr_format(&prefix->addr, address);
    snprintf(text, PREFIX_TEXT_LEN, "%s/%u", address, (unsigned)prefix->bits);
}

const char *prefix_error_text(enum prefix_error error)
{
    switch (error) {
    case PREFIX_OK: return "ok";
    case PREFIX_BAD_ADDRESS: return "not an IPv4 or IPv6 address";
    case PREFIX_BAD_LENGTH: return "prefix length must be 0 to 32 (IPv4) or 0 to 128 (IPv6)";
    case PREFIX_HOST_BITS: return "bits are set after the prefix length";
    }
    return "unknown";
}

bool prefix_contains(const struct prefix *prefix, const struct addr *addr)
{
    struct addr masked = addr_mask(addr, prefix->bits);

    return addr_equal(&masked, &prefix->addr);
}

bool prefix_list_contains(const struct prefix_list *list, const struct addr *addr)
{
    for (size_t i = 0; i < list->count; i++)
        if (prefix_contains(&list->items[i], addr))
            return true;
    return false;
}
