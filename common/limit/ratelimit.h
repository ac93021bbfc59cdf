/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quotas per address: the generic cell rate algorithm (GCRA, ITU-T I.371) over a table of fixed
 * size.  Pure; the daemons: portlightd limits clients and targets, the others limit targets again.
 * A full table doesn't let anybody through: addresses without a slot share one bucket.
 */
#ifndef PORTLIGHT_COMMON_LIMIT_RATELIMIT_H
#define PORTLIGHT_COMMON_LIMIT_RATELIMIT_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct ratelimit;

struct ratelimit_state {
    bool allowed;
    uint32_t remaining;      /* cost units left after this */
    uint64_t reset_ns;       /* time until the whole quota is back */
    uint64_t retry_after_ns; /* if not allowed: time until this cost would be */
};

/* A charge of one address or network, in a form that limits with the same key can exchange. */
struct ratelimit_charge {
    uint64_t name; /* of the address, network or part: SipHash by the limit's key */
    uint8_t bits;  /* of the tier (tier.h) */
    uint32_t cost;
};

typedef void ratelimit_tell_fn(void *context, const struct ratelimit_charge *charge);

/* Several processes with the same key together enforce one limit. */
struct ratelimit_sharing {
    ratelimit_tell_fn *tell; /* called for each charge made here, once per tier */
    void *context;
    uint32_t limits; /* the number of them, this one included; at least 1 */
};

struct ratelimit_setup {
    uint32_t quota;     /* units that may be spent at once; 0: no limit */
    uint64_t window_ns; /* time in which all of them come back, evenly */
    bool networks;      /* the networks of an address have quotas, too (tier.h) */
    const uint8_t *key; /* SIPHASH_KEY_LEN random bytes, secret; always the same for one memory */
    void *memory;       /* ratelimit_memory_len() bytes of the caller that outlive the limit:
                           zeroed, or as a previous limit left them.  NULL: its own memory */
    uint64_t spent_ns;  /* when the memory was lost, so that everybody may just have spent the
                           whole quota; 0: never */
    const struct ratelimit_sharing *sharing; /* NULL: not shared.  Memory of a shared limit doesn't
                                                fit one that isn't: the keys in it differ */
};

/* Whatever the memory holds, everybody has the whole quota again after one window (of a shared
 * limit: after as many windows as there are limits).  Free the result with ratelimit_free; NULL if
 * out of memory. */
struct ratelimit *ratelimit_new(const struct ratelimit_setup *setup, uint64_t now_ns);
void ratelimit_free(struct ratelimit *limit);

size_t ratelimit_memory_len(void);

/*
 * Records a charge that another of the limits made age_ns ago, as if it had been made here then.
 * Unlike a charge made here, it may exceed the quota: what all have granted together is then a
 * debt. It only ever takes from a quota, however often it is repeated, and everybody has the whole
 * quota again after as many windows as there are limits.
 */
void ratelimit_note(struct ratelimit *limit, const struct ratelimit_charge *charge, uint64_t age_ns,
                    uint64_t now_ns);

/* Sets how many of the limits, this one included, exchange charges; at first all.  The others may
 * grant the same quota without our knowledge, so costs are multiplied by limits / heard.  A request
 * whose cost exceeds the quota only for this reason is allowed if nothing has been spent. */
void ratelimit_set_share(struct ratelimit *limit, uint32_t heard);
uint64_t ratelimit_window_ns(const struct ratelimit *limit);

bool ratelimit_is_off(const struct ratelimit *limit);
uint32_t ratelimit_quota(const struct ratelimit *limit);

/* Takes `cost` units from the quota of the address (of its /64 for IPv6) and of its networks if all
 * of them have enough, else none.  A cost of 0 takes nothing.  `remaining` and `reset_ns` are those
 * of the address alone: the network's would reveal something about others. */
struct ratelimit_state ratelimit_take(struct ratelimit *limit, const struct addr *addr,
                                      uint32_t cost, uint64_t now_ns);

/* The result that ratelimit_take would have; takes nothing. */
struct ratelimit_state ratelimit_peek(struct ratelimit *limit, const struct addr *addr,
                                      uint32_t cost, uint64_t now_ns);

/* A request to a limit in which each client has a part of its own for each address. */
struct ratelimit_ask {
    const struct addr *addr;
    const struct addr *part; /* the client or its network; NULL: the address's own quota */
    uint32_t cost;
};

/* Like take and peek, for the quota of the part. */
struct ratelimit_state ratelimit_take_part(struct ratelimit *limit,
                                           const struct ratelimit_ask *asked, uint64_t now_ns);
struct ratelimit_state ratelimit_peek_part(struct ratelimit *limit,
                                           const struct ratelimit_ask *asked, uint64_t now_ns);

#endif
