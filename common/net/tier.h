/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose limits an address counts towards: its own, and those of the networks it is in, so that
 * whoever owns a network can't take more by changing addresses.  Pure; all daemons.
 */
#ifndef PORTLIGHT_COMMON_NET_TIER_H
#define PORTLIGHT_COMMON_NET_TIER_H

#include "common/net/addr.h"

enum { TIERS_MAX = 3 /* of one family */ };

struct tier {
    uint8_t bits;
    uint8_t factor; /* how many times a single client's limit it has */
};

/* The family's tiers: IPv4 32 and 24 bits, IPv6 64, 56 and 48; the first is the client.  *count
 * is how many: without networks only the first, none for ADDR_NONE. */
const struct tier *tiers_of(enum addr_family family, bool networks, unsigned *count);

/* The address's key in this tier; keys of different tiers differ. */
struct addr tier_key(const struct addr *addr, const struct tier *tier);

/* The widest network that an address is in; without networks, the client. */
struct addr tier_widest(const struct addr *addr, bool networks);

#endif
