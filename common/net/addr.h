/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An IPv4 or IPv6 address, the only form in which a target is named inside
 * portlight.  Pure; all programs.  Never resolves names, knows no zones.
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

/* IPv4 fills bytes[0..3]; the unused rest is zero, so that structs compare
 * bytewise.  family is an enum addr_family; ADDR_NONE means "no address". */
struct addr {
    uint8_t family;
    uint8_t bytes[ADDR_BYTES_LEN];
};

/* Strict literals only: four decimal parts without leading zeros, or RFC 4291
 * text without a zone.  Returns false and leaves *out alone otherwise. */
bool addr_parse(const char *text, struct addr *out);

/* Writes the canonical text (RFC 5952 for IPv6), "-" for ADDR_NONE. */
void addr_format(const struct addr *addr, char text[static ADDR_TEXT_LEN]);

/* "private" for 0.0.0.0 and ::, by which the prober replaces what it does not show; else as
 * addr_format. */
void addr_format_shown(const struct addr *addr, char text[static ADDR_TEXT_LEN]);

/* Is it 0.0.0.0 or ::? */
bool addr_is_unspecified(const struct addr *addr);

/* (asked of every packet, several times) */
static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* Bytes of the address on the wire: 4, 16, or 0 for ADDR_NONE. */
size_t addr_len(const struct addr *addr);

/* ::ffff:a.b.c.d becomes a.b.c.d (RFC 4291 section 2.5.5.2), anything else
 * itself: the peer of a dual-stack listener as it would look on IPv4. */
struct addr addr_unmap(const struct addr *addr);

/* The address with everything behind its first bits set to zero. */
struct addr addr_mask(const struct addr *addr, unsigned bits);

/* Whom limits take for one: an IPv4 address, an IPv6 /64. */
struct addr addr_site(const struct addr *addr);

/* Room for the kernel's form of either family. */
union addr_sockaddr {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

/* Writes the kernel's form, all else in it zero, and returns the length of its family: 0 for
 * ADDR_NONE. */
socklen_t addr_to_sockaddr(const struct addr *addr, uint16_t port, union addr_sockaddr *out);

/* The address in the kernel's form; port and scope are dropped.  ADDR_NONE for any other
 * family, and if len is too short for the family. */
struct addr addr_from_sockaddr(const struct sockaddr *from, socklen_t len);

/* "ipv4", "ipv6" or "none". */
const char *addr_family_name(enum addr_family family);

#endif
