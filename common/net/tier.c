/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/tier.h"

#include "common/base/compiler.h"

static const struct tier ipv4[] = {{32, 1}, {24, 8}};
static const struct tier ipv6[] = {{64, 1}, {56, 4}, {48, 16}};
_Static_assert(ARRAY_LEN(ipv4) <= TIERS_MAX && ARRAY_LEN(ipv6) <= TIERS_MAX, "room for all");

const struct tier *tiers_of(enum addr_family family, bool networks, unsigned *count)
{
    const struct tier *tiers = family == ADDR_IPV4 ? ipv4 : ipv6;

    *count = family == ADDR_IPV4 ? ARRAY_LEN(ipv4) : ARRAY_LEN(ipv6);
    if (!networks)
        *count = 1;
    if (family == ADDR_NONE)
        *count = 0;
    return tiers;
}

struct addr tier_key(const struct addr *addr, const struct tier *tier)
{
    struct addr key = addr_mask(addr, tier->bits);

    key.family = tier->bits; /* a /64 and the /56 around it may have the same bytes */
    return key;
}

struct addr tier_widest(const struct addr *addr, bool networks)
{
    unsigned count;
    const struct tier *tiers = tiers_of((enum addr_family)addr->family, networks, &count);

    return count > 0 ? tier_key(addr, &tiers[count - 1]) : *addr;
}
