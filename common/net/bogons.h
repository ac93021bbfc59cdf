/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which addresses are nobody's public host: the IANA IPv4 and IPv6
 * Special-Purpose Address Registries (both of 2025-10-09), multicast, and every
 * IPv6 form that carries an IPv4 address.  Pure; all programs.
 */
#ifndef PORTLIGHT_COMMON_NET_BOGONS_H
#define PORTLIGHT_COMMON_NET_BOGONS_H

#include "common/net/addr.h"

enum bogon_kind {
    BOGON_NONE = 0,   /* global unicast: may be a public host */
    BOGON_NOT_PUBLIC, /* private, reserved, documentation, anycast service, ... */
    BOGON_EMBEDDED,   /* IPv6 that stands for an IPv4 address, whichever it is */
};

/* Registry entries marked "globally reachable" are denied as well: they are
 * anycast services, nobody's own port.  IPv6 outside 2000::/3 is not public
 * (RFC 4291 section 2.4 as allocated by IANA). */
enum bogon_kind bogon_kind_of(const struct addr *addr);

#endif
