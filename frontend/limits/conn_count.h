/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts how many of a shared resource (connections, checks, lookups, packet logs) each client and
 * its networks hold, in a table of fixed size (a count-min sketch: Cormode and Muthukrishnan).
 * Clients may share a counter and reach the limit too early, but no count is ever too low.  Pure;
 * the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H
#define PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct conn_count;

struct conn_count_setup {
    uint32_t max;      /* how many one client may hold; its networks may hold a multiple of that
                          (tier.h); 0: no limit */
    uint32_t capacity; /* how many there are in total.  A client or network gets its first while one
                       is left, and more up to half of what is left: at most a third of all. 0: no
                       such limit */
    bool networks;     /* also count networks */
    const uint8_t *key; /* SIPHASH_KEY_LEN random bytes, secret */
};

/* The caller frees it with conn_count_free.  NULL without memory. */
struct conn_count *conn_count_new(const struct conn_count_setup *setup);
void conn_count_free(struct conn_count *count);

uint32_t conn_count_max(const struct conn_count *count);

/* How many times conn_count_add refused. */
uint64_t conn_count_refused(const struct conn_count *count);

/* Adds one.  Returns false and adds nothing if the client or one of its networks may hold no
 * more. */
bool conn_count_add(struct conn_count *count, const struct addr *client);

/* Removes one; call it once for each successful conn_count_add. */
void conn_count_remove(struct conn_count *count, const struct addr *client);

#endif
