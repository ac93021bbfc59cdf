/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/addr.h"

#include <arpa/inet.h>
#include <string.h>

enum { SITE_BITS_IPV6 = 64 };

bool addr_parse(const char *text, struct addr *out)
{
    struct addr addr = {0};

    if (inet_pton(AF_INET, text, addr.bytes) == 1)
        addr.family = ADDR_IPV4;
    else if (inet_pton(AF_INET6, text, addr.bytes) == 1)
        addr.family = ADDR_IPV6;
    else
        return false;
    *out = addr;
    return true;
}

/* "198.18.3.2".  inet_ntop takes ten times as long, and an answer has a dozen of them. */
static void format_ipv4(const uint8_t bytes[static 4], char *text)
{
    for (unsigned i = 0; i < 4; i++) {
        uint8_t byte = bytes[i];
        if (byte >= 100)
            *text++ = (char)('0' + byte / 100);
        if (byte >= 10)
            *text++ = (char)('0' + byte / 10 % 10);
        *text++ = (char)('0' + byte % 10);
        *text++ = i < 3 ? '.' : '\0';
    }
}

void addr_format(const struct addr *addr, char text[static ADDR_TEXT_LEN])
{
    switch (addr->family) {
    case ADDR_IPV4: format_ipv4(addr->bytes, text); break;
    case ADDR_IPV6: inet_ntop(AF_INET6, addr->bytes, text, ADDR_TEXT_LEN); break;
    default: memcpy(text, "-", sizeof("-")); break;
    }
}

bool addr_is_unspecified(const struct addr *addr)
{
    static const uint8_t zeroes[ADDR_BYTES_LEN];

    return addr->family != ADDR_NONE && memcmp(addr->bytes, zeroes, sizeof(zeroes)) == 0;
}

void addr_format_shown(const struct addr *addr, char text[static ADDR_TEXT_LEN])
{
    if (addr_is_unspecified(addr))
        memcpy(text, "private", sizeof("private"));
    else
        addr_format(addr, text);
}

size_t addr_len(const struct addr *addr)
{
    switch (addr->family) {
    case ADDR_IPV4: return 4;
    case ADDR_IPV6: return 16;
    default: return 0;
    }
}

struct addr addr_unmap(const struct addr *addr)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct addr plain = {.family = ADDR_IPV4};

    if (addr->family != ADDR_IPV6 || memcmp(addr->bytes, mapped, sizeof(mapped)) != 0)
        return *addr;
    memcpy(plain.bytes, addr->bytes + sizeof(mapped), 4);
    return plain;
}

struct addr addr_mask(const struct addr *addr, unsigned bits)
{
    struct addr masked = {.family = addr->family};
    unsigned whole = bits / 8;

    if (whole >= ADDR_BYTES_LEN)
        return *addr;
    memcpy(masked.bytes, addr->bytes, whole);
    masked.bytes[whole] = addr->bytes[whole] & (uint8_t)(0xff00U >> bits % 8);
    return masked;
}

struct addr addr_site(const struct addr *addr)
{
    return addr->family == ADDR_IPV6 ? addr_mask(addr, SITE_BITS_IPV6) : *addr;
}

socklen_t addr_to_sockaddr(const struct addr *addr, uint16_t port, union addr_sockaddr *out)
{
    memset(out, 0, sizeof(*out));
    switch (addr->family) {
    case ADDR_IPV4:
        out->ipv4.sin_family = AF_INET;
        out->ipv4.sin_port = htons(port);
        memcpy(&out->ipv4.sin_addr, addr->bytes, 4);
        return sizeof(out->ipv4);
    case ADDR_IPV6:
        out->ipv6.sin6_family = AF_INET6;
        out->ipv6.sin6_port = htons(port);
        memcpy(&out->ipv6.sin6_addr, addr->bytes, 16);
        return sizeof(out->ipv6);
    default: return 0;
    }
}

struct addr addr_from_sockaddr(const struct sockaddr *from, socklen_t len)
{
    const uint8_t *bytes = (const uint8_t *)from;
    struct addr addr = {0};

    if (len >= sizeof(struct sockaddr_in) && from->sa_family == AF_INET) {
        addr.family = ADDR_IPV4;
        memcpy(addr.bytes, bytes + offsetof(struct sockaddr_in, sin_addr), 4);
    } else if (len >= sizeof(struct sockaddr_in6) && from->sa_family == AF_INET6) {
        addr.family = ADDR_IPV6;
        memcpy(addr.bytes, bytes + offsetof(struct sockaddr_in6, sin6_addr), 16);
    }
    return addr;
}

const char *addr_family_name(enum addr_family family)
{
    switch (family) {
    case ADDR_IPV4: return "ipv4";
    case ADDR_IPV6: return "ipv6";
    case ADDR_NONE: break;
    }
    return "none";
}
