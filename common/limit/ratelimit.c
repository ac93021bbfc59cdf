/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/limit/ratelimit.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/net/tier.h"

enum {
    SETS = 16384, /* a power of two */
    WAYS = 4,
};

struct slot {
    struct addr key;
    uint64_t tat_ns; /* theoretical arrival time: now or earlier means idle */
};

/* Survives the process: raise LIMITS_FILE_VERSION if the layout changes. */
struct table {
    struct slot overflow; /* shared by all that find no slot */
    struct slot slots[SETS][WAYS];
};
_Static_assert(sizeof(struct table) == 32UL * (1 + SETS * WAYS), "the layout of version 2");

struct ratelimit {
    uint32_t quota;
    bool networks;
    uint64_t cell_ns;        /* time in which one unit of cost comes back */
    uint64_t spent_until_ns; /* until then, an address without a slot counts as spent */
    struct ratelimit_sharing sharing;
    uint32_t heard; /* of sharing.limits */
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

/* The memory may come from a longer window or another clock, or be damaged: no slot may lock an
 * address out beyond latest_ns. */
static void clamp_all(struct table *table, uint64_t latest_ns)
{
    table->overflow.tat_ns = earlier(table->overflow.tat_ns, latest_ns);
    for (unsigned set = 0; set < SETS; set++)
        for (unsigned way = 0; way < WAYS; way++)
            if (table->slots[set][way].tat_ns > latest_ns) /* leave clean pages clean */
                table->slots[set][way].tat_ns = latest_ns;
}

/* Each of the limits may have granted a whole quota before it heard of the others. */
static uint64_t latest_ns(const struct ratelimit *limit, uint64_t now_ns)
{
    return now_ns + limit->cell_ns * limit->quota * limit->sharing.limits;
}

struct ratelimit *ratelimit_new(const struct ratelimit_setup *setup, uint64_t now_ns)
{
    struct ratelimit *limit = calloc(1, sizeof(*limit));

    if (limit == NULL)
        return NULL;
    limit->quota = setup->quota;
    limit->networks = setup->networks;
    limit->cell_ns = setup->quota > 0 ? setup->window_ns / setup->quota : 0;
    limit->sharing.limits = limit->heard = 1;
    if (setup->sharing != NULL) {
        limit->sharing = *setup->sharing;
        limit->heard = limit->sharing.limits;
    }
    memcpy(limit->key, setup->key, sizeof(limit->key));
    if (setup->spent_ns > 0)
        limit->spent_until_ns = earlier(setup->spent_ns, now_ns) + limit->cell_ns * limit->quota;
    limit->table = setup->memory;
    if (limit->table == NULL)
        limit->table = limit->own = calloc(1, sizeof(*limit->own));
    else if (limit->quota > 0)
        clamp_all(limit->table, latest_ns(limit, now_ns));
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

uint64_t ratelimit_window_ns(const struct ratelimit *limit)
{
    return limit->cell_ns * limit->quota;
}

void ratelimit_set_share(struct ratelimit *limit, uint32_t heard)
{
    if (heard < 1)
        heard = 1;
    limit->heard = heard < limit->sharing.limits ? heard : limit->sharing.limits;
}

/* The charge of one tier. */
struct charge {
    struct slot *slot;
    struct addr key;
    uint64_t cost_ns;
    uint32_t cost;
};

/* A request to the limit, and its charges so far. */
struct taking {
    const struct addr *addr;
    const struct addr *part; /* whose part of the address's quota; NULL: all of it */
    uint32_t cost;
    uint64_t now_ns;
    uint64_t idle_ns; /* a slot with this time or an earlier one is free */
    struct charge charges[TIERS_MAX];
    unsigned count;
};

/* By an earlier tier of this request?  Slots are written only once all tiers allow it. */
static bool is_taken(const struct taking *taking, const struct slot *slot)
{
    for (unsigned i = 0; i < taking->count; i++)
        if (taking->charges[i].slot == slot)
            return true;
    return false;
}

static struct addr key_of_name(uint8_t bits, uint64_t name)
{
    struct addr key = {.family = bits};

    memcpy(key.bytes, &name, sizeof(name));
    return key;
}

static uint64_t name_of_key(const struct addr *key)
{
    uint64_t name;

    memcpy(&name, key->bytes, sizeof(name));
    return name;
}

/* The key of a tier's slot.  With a part it is a hash, because it must cover two addresses.  With
 * sharing it is a hash, too, because what other limits receive must not reveal addresses. */
static struct addr key_of(const struct ratelimit *limit, const struct tier *tier,
                          const struct taking *taking)
{
    struct addr pair[2] = {tier_key(taking->addr, tier)};

    if (taking->part == NULL && limit->sharing.tell == NULL)
        return pair[0];
    if (taking->part != NULL)
        pair[1] = *taking->part;
    return key_of_name(tier->bits, siphash(limit->key, pair, sizeof(pair)));
}

/* The key's slot, else an idle one, else the overflow slot. */
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

/* Scales a cost up while some of the other limits are not heard (ratelimit_set_share). */
static uint64_t share_of(const struct ratelimit *limit, uint64_t time_ns)
{
    return limit->heard == limit->sharing.limits ? time_ns
                                                 : time_ns * limit->sharing.limits / limit->heard;
}

/* Time until this charge would be allowed; 0: it is allowed.  If it exceeds the quota only because
 * share_of scaled it, it must find nothing spent. */
static uint64_t wait_ns(const struct charge *charge, uint64_t plain_ns, uint64_t spent_ns,
                        uint64_t tolerance_ns)
{
    if (spent_ns + charge->cost_ns <= tolerance_ns)
        return 0;
    if (charge->cost_ns > tolerance_ns && plain_ns <= tolerance_ns)
        return spent_ns;
    return spent_ns + charge->cost_ns - tolerance_ns;
}

/* The result of one tier; adds its charge to taking->charges. */
static struct ratelimit_state ask_tier(const struct ratelimit *limit, const struct tier *tier,
                                       struct taking *taking)
{
    struct ratelimit_state state = {.allowed = true};
    struct addr key = key_of(limit, tier, taking);
    uint64_t cell_ns = limit->cell_ns / tier->factor;
    uint64_t tolerance_ns = cell_ns * limit->quota * tier->factor;
    struct charge charge = {.cost_ns = share_of(limit, cell_ns * taking->cost),
                            .cost = taking->cost};
    uint64_t spent_ns;

    charge.key = key;
    charge.slot = find_slot(limit, &key, taking);
    spent_ns = later(charge.slot->tat_ns, taking->idle_ns) - taking->now_ns;
    state.retry_after_ns = wait_ns(&charge, cell_ns * taking->cost, spent_ns, tolerance_ns);
    state.allowed = state.retry_after_ns == 0;
    if (state.allowed)
        spent_ns += charge.cost_ns;
    state.reset_ns = spent_ns;
    if (cell_ns > 0 && spent_ns < tolerance_ns)
        state.remaining = (uint32_t)((tolerance_ns - spent_ns) / share_of(limit, cell_ns));
    taking->charges[taking->count++] = charge;
    return state;
}

/* Several tiers may use the overflow slot; each adds its cost. */
static void make_charges(struct ratelimit *limit, const struct taking *taking)
{
    for (unsigned i = 0; i < taking->count; i++) {
        const struct charge *charge = &taking->charges[i];
        if (charge->slot != &limit->table->overflow)
            charge->slot->key = charge->key;
        charge->slot->tat_ns = later(charge->slot->tat_ns, taking->idle_ns) + charge->cost_ns;
        if (limit->sharing.tell != NULL)
            limit->sharing.tell(limit->sharing.context,
                                &(struct ratelimit_charge){.name = name_of_key(&charge->key),
                                                           .bits = charge->key.family,
                                                           .cost = charge->cost});
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

/* 0: this limit has no such tier. */
static uint32_t factor_of(const struct ratelimit *limit, uint8_t bits)
{
    static const enum addr_family families[] = {ADDR_IPV4, ADDR_IPV6};

    for (unsigned i = 0; i < ARRAY_LEN(families); i++) {
        unsigned count;
        const struct tier *tiers = tiers_of(families[i], limit->networks, &count);
        for (unsigned tier = 0; tier < count; tier++)
            if (tiers[tier].bits == bits)
                return tiers[tier].factor;
    }
    return 0;
}

void ratelimit_note(struct ratelimit *limit, const struct ratelimit_charge *charge, uint64_t age_ns,
                    uint64_t now_ns)
{
    const struct addr key = key_of_name(charge->bits, charge->name);
    const struct taking taking = {.now_ns = now_ns,
                                  .idle_ns = later(now_ns, limit->spent_until_ns)};
    uint32_t factor = factor_of(limit, charge->bits);
    uint32_t cost = charge->cost < limit->quota ? charge->cost : limit->quota;
    uint64_t then_ns = now_ns - earlier(age_ns, now_ns), tat_ns;
    struct slot *slot;

    if (ratelimit_is_off(limit) || factor == 0)
        return;
    slot = find_slot(limit, &key, &taking);
    tat_ns =
        later(slot->tat_ns, later(then_ns, limit->spent_until_ns)) + limit->cell_ns / factor * cost;
    tat_ns = later(slot->tat_ns, earlier(tat_ns, latest_ns(limit, now_ns)));
    if (tat_ns <= taking.idle_ns)
        return; /* all of it is back */
    if (slot != &limit->table->overflow)
        slot->key = key;
    slot->tat_ns = tat_ns;
}
