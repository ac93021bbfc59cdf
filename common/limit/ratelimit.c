/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/limit/ratelimit.h"

#include <stdlib.h>
#include <string.h>

#include "common/net/tier.h"

enum {
    SETS = 16384, /* a power of two */
    WAYS = 4,
};

struct slot {
    struct addr key;
    uint64_t tat_ns; /* theoretical arrival time: now or earlier means idle */
};

/* What outlives the process; another layout is another LIMITS_FILE_VERSION. */
struct table {
    struct slot overflow; /* that all share who find no slot */
    struct slot slots[SETS][WAYS];
};
_Static_assert(sizeof(struct table) == 32UL * (1 + SETS * WAYS), "the layout of version 2");

struct ratelimit {
    uint32_t quota;
    bool networks;
    uint64_t cell_ns;        /* one unit of cost comes back in this time */
    uint64_t spent_until_ns; /* an address without a slot has its whole quota then */
    uint8_t key[SIPHASH_KEY_LEN];
    struct table *table, *own;
};

size_t ratelimit_memory_len(void)
{
    return sizeof(struct table);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The window may have been longer before, the clock may have begun anew, the bytes may be
 * anybody's: nobody is locked out for more than a window. */
static void settle(struct table *table, uint64_t latest_ns)
{
    table->overflow.tat_ns = earlier(table->overflow.tat_ns, latest_ns);
    for (unsigned set = 0; set < SETS; set++)
        for (unsigned way = 0; way < WAYS; way++)
            if (table->slots[set][way].tat_ns > latest_ns) /* leave clean pages clean */
                table->slots[set][way].tat_ns = latest_ns;
}

struct ratelimit *ratelimit_new(const struct ratelimit_setup *setup, uint64_t now_ns)
{
    struct ratelimit *limit = calloc(1, sizeof(*limit));

    if (limit == NULL)
        return NULL;
    limit->quota = setup->quota;
    limit->networks = setup->networks;
    limit->cell_ns = setup->quota > 0 ? setup->window_ns / setup->quota : 0;
    memcpy(limit->key, setup->key, sizeof(limit->key));
    if (setup->spent_ns > 0)
        limit->spent_until_ns = earlier(setup->spent_ns, now_ns) + limit->cell_ns * limit->quota;
    limit->table = setup->memory;
    if (limit->table == NULL)
        limit->table = limit->own = calloc(1, sizeof(*limit->own));
    else if (limit->quota > 0)
        settle(limit->table, now_ns + limit->cell_ns * limit->quota);
    if (limit->table != NULL)
        return limit;
    free(limit);
    return NULL;
}

void ratelimit_free(struct ratelimit *limit)
{
    if (limit == NULL)
        return;
    free(limit->own);
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

/* What one tier would be charged. */
struct charge {
    struct slot *slot;
    struct addr key;
    uint64_t cost_ns;
};

/* What is asked of the limit, and the charges for it so far. */
struct taking {
    const struct addr *addr;
    const struct addr *part; /* whose part of the address's quota; NULL: all of it */
    uint32_t cost;
    uint64_t now_ns;
    uint64_t idle_ns; /* a slot with this time or an earlier one says nothing */
    struct charge charges[TIERS_MAX];
    unsigned count;
};

/* By a tier before: it is not written into the slot until all of them agree. */
static bool is_taken(const struct taking *taking, const struct slot *slot)
{
    for (unsigned i = 0; i < taking->count; i++)
        if (taking->charges[i].slot == slot)
            return true;
    return false;
}

/* Where a tier's units are counted.  A part's key is a hash: it has no room for two addresses. */
static struct addr key_of(const struct ratelimit *limit, const struct tier *tier,
                          const struct taking *taking)
{
    struct addr pair[2] = {tier_key(taking->addr, tier)};
    uint64_t hash;

    if (taking->part == NULL)
        return pair[0];
    pair[1] = *taking->part;
    hash = siphash(limit->key, pair, sizeof(pair));
    pair[0] = (struct addr){.family = tier->bits};
    memcpy(pair[0].bytes, &hash, sizeof(hash));
    return pair[0];
}

/* The key's slot; else an idle one; else the one that all the rest share. */
static struct slot *find_slot(const struct ratelimit *limit, const struct addr *key,
                              const struct taking *taking)
{
    struct slot *set = limit->table->slots[siphash(limit->key, key, sizeof(*key)) & (SETS - 1)];
    struct slot *idle = &limit->table->overflow;

    for (int way = 0; way < WAYS; way++) {
        if (addr_equal(&set[way].key, key) && !is_taken(taking, &set[way]))
            return &set[way];
        if (set[way].tat_ns <= taking->idle_ns && !is_taken(taking, &set[way]))
            idle = &set[way];
    }
    return idle;
}

/* One tier's answer; what it would charge is only noted. */
static struct ratelimit_state ask_tier(const struct ratelimit *limit, const struct tier *tier,
                                       struct taking *taking)
{
    struct ratelimit_state state = {.allowed = true};
    struct addr key = key_of(limit, tier, taking);
    uint64_t cell_ns = limit->cell_ns / tier->factor;
    uint64_t tolerance_ns = cell_ns * limit->quota * tier->factor;
    struct charge charge = {.cost_ns = cell_ns * taking->cost};
    uint64_t spent_ns;

    charge.key = key;
    charge.slot = find_slot(limit, &key, taking);
    spent_ns = later(charge.slot->tat_ns, taking->idle_ns) - taking->now_ns;
    if (spent_ns + charge.cost_ns > tolerance_ns) {
        state.allowed = false;
        state.retry_after_ns = spent_ns + charge.cost_ns - tolerance_ns;
    } else {
        spent_ns += charge.cost_ns;
    }
    state.reset_ns = spent_ns;
    if (cell_ns > 0 && spent_ns < tolerance_ns)
        state.remaining = (uint32_t)((tolerance_ns - spent_ns) / cell_ns);
    taking->charges[taking->count++] = charge;
    return state;
}

/* Of several tiers in the shared slot, each adds its own. */
static void make_charges(struct ratelimit *limit, const struct taking *taking)
{
    for (unsigned i = 0; i < taking->count; i++) {
        const struct charge *charge = &taking->charges[i];
        if (charge->slot != &limit->table->overflow)
            charge->slot->key = charge->key;
        charge->slot->tat_ns = later(charge->slot->tat_ns, taking->idle_ns) + charge->cost_ns;
    }
}

static struct ratelimit_state ask(struct ratelimit *limit, const struct ratelimit_ask *asked,
                                  uint64_t now_ns, bool take)
{
    struct ratelimit_state state = {.allowed = true};
    struct taking taking = {.addr = asked->addr,
                            .part = asked->part,
                            .cost = asked->cost,
                            .now_ns = now_ns,
                            .idle_ns = later(now_ns, limit->spent_until_ns)};
    unsigned count;
    const struct tier *tiers =
        tiers_of((enum addr_family)asked->addr->family, limit->networks, &count);

    if (ratelimit_is_off(limit))
        return state;
    for (unsigned i = 0; i < count; i++) {
        struct ratelimit_state tier = ask_tier(limit, &tiers[i], &taking);
        if (i == 0)
            state = tier;
        if (tier.allowed)
            continue;
        state.allowed = false;
        if (tier.retry_after_ns > state.retry_after_ns)
            state.retry_after_ns = tier.retry_after_ns;
    }
    if (state.allowed && asked->cost > 0 && take)
        make_charges(limit, &taking);
    return state;
}

struct ratelimit_state ratelimit_take(struct ratelimit *limit, const struct addr *addr,
                                      uint32_t cost, uint64_t now_ns)
{
    return ask(limit, &(struct ratelimit_ask){.addr = addr, .cost = cost}, now_ns, true);
}

struct ratelimit_state ratelimit_peek(struct ratelimit *limit, const struct addr *addr,
                                      uint32_t cost, uint64_t now_ns)
{
    return ask(limit, &(struct ratelimit_ask){.addr = addr, .cost = cost}, now_ns, false);
}

struct ratelimit_state ratelimit_take_part(struct ratelimit *limit,
                                           const struct ratelimit_ask *asked, uint64_t now_ns)
{
    return ask(limit, asked, now_ns, true);
}

struct ratelimit_state ratelimit_peek_part(struct ratelimit *limit,
                                           const struct ratelimit_ask *asked, uint64_t now_ns)
{
    return ask(limit, asked, now_ns, false);
}
