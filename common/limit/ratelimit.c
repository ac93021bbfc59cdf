/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/limit/ratelimit.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"

enum {
    SETS = 16384, /* a power of two */
    WAYS = 4,
    TIERS_MAX = 3,
};

/* Whose units an address spends. */
static const struct tier {
    uint8_t family, bits;
    uint8_t factor; /* times the quota */
    bool network;
} tiers[] = {
    {ADDR_IPV4, 32, 1, false}, {ADDR_IPV4, 24, 8, true},  {ADDR_IPV6, 64, 1, false},
    {ADDR_IPV6, 56, 4, true},  {ADDR_IPV6, 48, 16, true},
};

struct slot {
    struct addr key;
    uint64_t tat_ns; /* theoretical arrival time: now or earlier means idle */
};

struct ratelimit {
    uint32_t quota;
    bool networks;
    uint64_t cell_ns; /* one unit of cost comes back in this time */
    uint8_t key[SIPHASH_KEY_LEN];
    struct slot overflow;
    struct slot slots[SETS][WAYS];
};

struct ratelimit *ratelimit_new(uint32_t quota, uint64_t window_ns, bool networks,
                                const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct ratelimit *limit = calloc(1, sizeof(*limit));

    if (limit == NULL)
        return NULL;
    limit->quota = quota;
    limit->networks = networks;
    limit->cell_ns = quota > 0 ? window_ns / quota : 0;
    memcpy(limit->key, key, sizeof(limit->key));
    return limit;
}

void ratelimit_free(struct ratelimit *limit)
{
    free(limit);
}

bool ratelimit_is_off(const struct ratelimit *limit)
{
    return limit->quota == 0;
}

uint32_t ratelimit_quota(const struct ratelimit *limit)
{
    return limit->quota;
}

/* The address's slot; else an idle one if it may be claimed; else the one that
 * all the rest share. */
static struct slot *find_slot(struct ratelimit *limit, const struct addr *key, bool claim,
                              uint64_t now_ns)
{
    struct slot *set = limit->slots[siphash(limit->key, key, sizeof(*key)) & (SETS - 1)];
    struct slot *idle = NULL;

    for (int way = 0; way < WAYS; way++) {
        if (addr_equal(&set[way].key, key))
            return &set[way];
        if (set[way].tat_ns <= now_ns)
            idle = &set[way];
    }
    if (idle == NULL)
        return &limit->overflow;
    if (claim)
        *idle = (struct slot){.key = *key};
    return idle;
}

/* One tier's answer, and where to note the charge. */
struct charge {
    struct slot *slot;
    uint64_t tat_ns; /* if it is made */
};

static struct ratelimit_state ask_tier(struct ratelimit *limit, const struct tier *tier,
                                       const struct addr *addr, uint32_t cost, uint64_t now_ns,
                                       struct charge *charge)
{
    struct ratelimit_state state = {.allowed = true};
    struct addr key = addr_mask(addr, tier->bits);
    uint64_t cell_ns = limit->cell_ns / tier->factor;
    uint64_t tolerance_ns = cell_ns * limit->quota * tier->factor;
    uint64_t tat_ns;

    key.family = tier->bits; /* a /64 and the /56 around it may have the same bytes */
    charge->slot = find_slot(limit, &key, cost > 0, now_ns);
    tat_ns = charge->slot->tat_ns > now_ns ? charge->slot->tat_ns : now_ns;
    charge->tat_ns = tat_ns + cell_ns * cost;
    if (charge->tat_ns - now_ns > tolerance_ns) {
        state.allowed = false;
        state.retry_after_ns = charge->tat_ns - now_ns - tolerance_ns;
        charge->tat_ns = tat_ns;
    }
    state.reset_ns = charge->tat_ns - now_ns;
    if (cell_ns > 0 && state.reset_ns < tolerance_ns)
        state.remaining = (uint32_t)((tolerance_ns - state.reset_ns) / cell_ns);
    return state;
}

struct ratelimit_state ratelimit_take(struct ratelimit *limit, const struct addr *addr,
                                      uint32_t cost, uint64_t now_ns)
{
    struct ratelimit_state state = {.allowed = true};
    struct charge charges[TIERS_MAX];
    unsigned count = 0;

    if (ratelimit_is_off(limit))
        return state;
    for (size_t i = 0; i < ARRAY_LEN(tiers); i++) {
        struct ratelimit_state tier;
        if (tiers[i].family != addr->family || (tiers[i].network && !limit->networks))
            continue;
        tier = ask_tier(limit, &tiers[i], addr, cost, now_ns, &charges[count]);
        if (count++ == 0)
            state = tier;
        if (tier.allowed)
            continue;
        state.allowed = false;
        if (tier.retry_after_ns > state.retry_after_ns)
            state.retry_after_ns = tier.retry_after_ns;
    }
    for (unsigned i = 0; i < count && state.allowed && cost > 0; i++)
        charges[i].slot->tat_ns = charges[i].tat_ns;
    return state;
}
