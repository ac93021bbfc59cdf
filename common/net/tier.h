/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limits that an address counts towards: its own and those of its networks, so that the owner
 * of a network gains nothing by changing addresses.  Pure; the daemons.
 */
#ifndef PORTLIGHT_COMMON_NET_TIER_H
#define PORTLIGHT_COMMON_NET_TIER_H

#include "common/net/addr.h"

enum { TIERS_MAX = 3 /* of one family */ };

struct tier {
    uint8_t bits;
    uint8_t factor; /* its limit, as a multiple of a single client's */
};

/* The tiers of a family: 32 and 24 bits for IPv4; 64, 56 and 48 for IPv6.  The first is the client.
 * *count is their number: 1 without networks, 0 for ADDR_NONE. */
const struct tier *tiers_of(enum addr_family family, bool networks, unsigned *count);

/* The key of the address in this tier.  Keys of different tiers differ. */
struct addr tier_key(const struct addr *addr, const struct tier *tier);

/* The key of the widest tier; without networks, that of the client. */
struct addr tier_widest(const struct addr *addr, bool networks);

#endif
