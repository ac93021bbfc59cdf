/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quotas per address: the generic cell rate algorithm (ITU-T I.371) over a
 * table of fixed size.  Pure; all daemons: portlightd limits clients and targets,
 * the prober, the inspector and a place targets once more.  A full table never lets anybody
 * through unlimited: who finds no slot shares one bucket with the others.
 */
#ifndef PORTLIGHT_COMMON_LIMIT_RATELIMIT_H
#define PORTLIGHT_COMMON_LIMIT_RATELIMIT_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct ratelimit;

struct ratelimit_state {
    bool allowed;
    uint32_t remaining;      /* cost units left after this */
    uint64_t reset_ns;       /* until the whole quota is back */
    uint64_t retry_after_ns; /* when not allowed: until this cost would be */
};

/* What one address or network of one limit was charged, as other limits that have the same key
 * may hear of it. */
struct ratelimit_charge {
    uint64_t name; /* of the address, network or part: SipHash by the limit's key */
    uint8_t bits;  /* of the tier (tier.h) */
    uint32_t cost;
};

typedef void ratelimit_tell_fn(void *context, const struct ratelimit_charge *charge);

/* Several limits elsewhere, with the same key, that are to be one. */
struct ratelimit_sharing {
    ratelimit_tell_fn *tell; /* what was charged here, each tier by itself */
    void *context;
    uint32_t limits; /* how many there are, this one included; at least 1 */
};

struct ratelimit_setup {
    uint32_t quota;     /* units that may be spent at once; 0: no limit */
    uint64_t window_ns; /* in which all of them come back, evenly */
    bool networks;      /* the networks that an address is in have quotas, too */
    const uint8_t *key; /* SIPHASH_KEY_LEN random bytes, secret; always the same for one memory */
    void *memory;       /* ratelimit_memory_len() bytes of the caller's that outlive the limit:
                           zeroed, or as one before left them.  NULL: memory of its own */
    uint64_t spent_ns;  /* when memory was lost, so that everybody may just have spent the
                           whole quota; 0: never */
    const struct ratelimit_sharing *sharing; /* NULL: the limit is the only one.  Memory with and
                                                without has other keys: it is not to be exchanged */
};

/* With networks, those that an address is in have quotas of their own, as tier.h has it.  Whatever
 * is in the memory, everybody has the whole quota again after one window.  The result is the
 * caller's to ratelimit_free; NULL when there is no memory. */
struct ratelimit *ratelimit_new(const struct ratelimit_setup *setup, uint64_t now_ns);
void ratelimit_free(struct ratelimit *limit);

size_t ratelimit_memory_len(void);

/*
 * Another of the limits has charged this, so long ago.  It takes of the quota as if it had been
 * charged here then, also what is not there any more: what all have granted beyond the quota is
 * debt.  It never gives: whatever is said, and how often, nobody gets more, and everybody has
 * the whole quota again as many windows after the last of it as there are limits.
 */
void ratelimit_note(struct ratelimit *limit, const struct ratelimit_charge *charge, uint64_t age_ns,
                    uint64_t now_ns);

/* How many of the limits, this one included, are known to hear of each other, at first all.  The
 * others may be granting, too: what is charged here costs as many times as much as there are limits
 * for each of those.  Who has spent nothing may still spend what costs more than a quota then. */
void ratelimit_set_share(struct ratelimit *limit, uint32_t heard);
uint64_t ratelimit_window_ns(const struct ratelimit *limit);

bool ratelimit_is_off(const struct ratelimit *limit);
uint32_t ratelimit_quota(const struct ratelimit *limit);

/* Takes cost units of the address's quota if they are there, else none.  IPv4
 * counts by address, IPv6 by /64.  A cost of 0 only looks.  What is left is told of
 * the address alone: that of its network would tell about others. */
struct ratelimit_state ratelimit_take(struct ratelimit *limit, const struct addr *addr,
                                      uint32_t cost, uint64_t now_ns);

/* What ratelimit_take would say; takes nothing. */
struct ratelimit_state ratelimit_peek(struct ratelimit *limit, const struct addr *addr,
                                      uint32_t cost, uint64_t now_ns);

/* One question to a limit whose quotas are each client's part of an address's. */
struct ratelimit_ask {
    const struct addr *addr;
    const struct addr *part; /* the client or its network; NULL: all of them share */
    uint32_t cost;
};

/* The same as take and peek, of the part's own quota. */
struct ratelimit_state ratelimit_take_part(struct ratelimit *limit,
                                           const struct ratelimit_ask *asked, uint64_t now_ns);
struct ratelimit_state ratelimit_peek_part(struct ratelimit *limit,
                                           const struct ratelimit_ask *asked, uint64_t now_ns);

#endif
