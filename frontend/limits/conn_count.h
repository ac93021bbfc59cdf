/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many of a stock (connections, checks, lookups, packet logs) each client and its networks
 * hold, in a table of fixed size (a count-min sketch: Cormode and Muthukrishnan).  Clients may
 * share a count and reach the limit too early; no count is ever too low.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H
#define PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct conn_count;

struct conn_count_setup {
    uint32_t max;   /* how many one client may hold, and its networks some times as many (tier.h);
                       0: no limit */
    uint32_t stock; /* how many there are for all.  A client or network gets its first as long as
                       there is one, and more up to half of what is left: a third of all at
                       most.  0: no such limit */
    bool networks;  /* count networks, too */
    const uint8_t *key; /* SIPHASH_KEY_LEN random bytes, secret */
};

/* The result is the caller's to conn_count_free; NULL without memory. */
struct conn_count *conn_count_new(const struct conn_count_setup *setup);
void conn_count_free(struct conn_count *count);

uint32_t conn_count_max(const struct conn_count *count);

/* Of how many conn_count_add said no. */
uint64_t conn_count_refused(const struct conn_count *count);

/* Counts one more.  False, and nothing is counted, if the client or a network of it may hold no
 * more. */
bool conn_count_add(struct conn_count *count, const struct addr *client);

/* Counts one less; each successful conn_count_add is to be undone once. */
void conn_count_remove(struct conn_count *count, const struct addr *client);

#endif
