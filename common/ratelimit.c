/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/ratelimit.h"

#include <stdlib.h>
#include <string.h>

enum {
    SETS = 16384, /* a power of two */
    WAYS = 4,
    IPV6_KEY_BITS = 64,
};

struct slot {
    struct addr key;
    uint64_t tat_ns; /* theoretical arrival time: now or earlier means idle */
};

struct ratelimit {
    uint32_t quota;
    uint64_t cell_ns; /* one unit of cost comes back in this time */
    uint8_t key[SIPHASH_KEY_LEN];
    struct slot overflow;
    struct slot slots[SETS][WAYS];
};

struct ratelimit *ratelimit_new(uint32_t quota, uint64_t window_ns,
                                const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct ratelimit *limit = calloc(1, sizeof(*limit));

    if (limit == NULL)
        return NULL;
    limit->quota = quota;
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

struct ratelimit_state ratelimit_take(struct ratelimit *limit, const struct addr *addr,
                                      uint32_t cost, uint64_t now_ns)
{
    struct ratelimit_state state = {.allowed = true};
    struct addr key = addr->family == ADDR_IPV6 ? addr_mask(addr, IPV6_KEY_BITS) : *addr;
    uint64_t tolerance_ns = limit->cell_ns * limit->quota;
    uint64_t tat_ns, next_ns;
    struct slot *slot;

    if (ratelimit_is_off(limit))
        return state;
    slot = find_slot(limit, &key, cost > 0, now_ns);
    tat_ns = slot->tat_ns > now_ns ? slot->tat_ns : now_ns;
    next_ns = tat_ns + limit->cell_ns * cost;
    if (next_ns - now_ns > tolerance_ns) {
        state.allowed = false;
        state.retry_after_ns = next_ns - now_ns - tolerance_ns;
    } else {
        tat_ns = next_ns;
        if (cost > 0)
            slot->tat_ns = tat_ns;
    }
    state.reset_ns = tat_ns - now_ns;
    state.remaining = (uint32_t)((tolerance_ns - state.reset_ns) / limit->cell_ns);
    return state;
}
