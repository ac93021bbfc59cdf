/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An IPv4 or IPv6 address, without a zone.  Pure; every program.  Nothing here resolves names.
 */
#ifndef PORTLIGHT_COMMON_NET_ADDR_H
#define PORTLIGHT_COMMON_NET_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

enum addr_family { ADDR_NONE = 0, ADDR_IPV4 = 4, ADDR_IPV6 = 6 };

enum { ADDR_BYTES_LEN = 16, ADDR_TEXT_LEN = 46 };

/* family is an enum addr_family; ADDR_NONE means "no address".  IPv4 uses bytes[0] to bytes[3];
 * unused bytes are zero, so that structs can be compared bytewise. */
struct addr {
    uint8_t family;
    uint8_t bytes[ADDR_BYTES_LEN];
};

/* Reads a literal: four decimal numbers without leading zeros, or RFC 4291 text without a zone.
 * False for anything else, with *out unchanged. */
bool addr_parse(const char *text, struct addr *out);

/* Writes the canonical text (RFC 5952 for IPv6), "-" for ADDR_NONE. */
void addr_format(const struct addr *addr, char text[static ADDR_TEXT_LEN]);

/* Like addr_format, but "private" for 0.0.0.0 and ::, which the prober puts in place of addresses
 * that it doesn't show. */
void addr_format_shown(const struct addr *addr, char text[static ADDR_TEXT_LEN]);

/* Is it 0.0.0.0 or ::? */
bool addr_is_unspecified(const struct addr *addr);

/* Inline, because it runs several times for each packet. */
static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* The address's length in bytes: 4, 16, or 0 for ADDR_NONE. */
size_t addr_len(const struct addr *addr);

/* Converts ::ffff:a.b.c.d, as accepted by a dual-stack listener, to a.b.c.d (RFC 4291 section
 * 2.5.5.2).  Returns other addresses unchanged. */
struct addr addr_unmap(const struct addr *addr);

/* The address with all but its first `bits` bits set to zero. */
struct addr addr_mask(const struct addr *addr, unsigned bits);

/* What limits count as one client or target: an IPv4 address, an IPv6 /64. */
struct addr addr_site(const struct addr *addr);

/* A sockaddr of either family. */
union addr_sockaddr {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

/* Fills *out, its other members with zeros.  Returns the length of its family's struct, 0 for
 * ADDR_NONE. */
socklen_t addr_to_sockaddr(const struct addr *addr, uint16_t port, union addr_sockaddr *out);

/* The address in a sockaddr, without port and scope.  ADDR_NONE for any other family, or if len is
 * too short. */
struct addr addr_from_sockaddr(const struct sockaddr *from, socklen_t len);

/* "ipv4", "ipv6" or "none". */
const char *addr_family_name(enum addr_family family);

#endif
