/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses that can't be a public host: the IANA IPv4 and IPv6 Special-Purpose Address Registries
 * (both as of 2025-10-09), multicast, and every IPv6 form that embeds an IPv4 address.  Pure; every
 * program.
 */
#ifndef PORTLIGHT_COMMON_NET_BOGONS_H
#define PORTLIGHT_COMMON_NET_BOGONS_H

#include "common/net/addr.h"

enum bogon_kind {
    BOGON_NONE = 0,   /* global unicast: may be a public host */
    BOGON_NOT_PUBLIC, /* private, reserved, documentation, anycast service, ... */
    BOGON_EMBEDDED,   /* IPv6 with an embedded IPv4 address, whatever that is */
};

/* Registry entries marked "globally reachable" are not public here, either: they are anycast
 * services and nobody's own host.  IPv6 outside 2000::/3 is not public (RFC 4291 section 2.4,
 * IANA's allocation). */
enum bogon_kind bogon_kind_of(const struct addr *addr);

#endif
