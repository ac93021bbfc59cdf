/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many connections or checks each client holds, in a table of fixed size (a count-min
 * sketch: Cormode and Muthukrishnan).  Clients may share a count and reach the limit too
 * early; no count is ever too low.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H
#define PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct conn_count;

/* max: how many one client (IPv4 address, IPv6 /64) may hold, 0 for no limit.  The
 * result is the caller's to conn_count_free; NULL without memory. */
struct conn_count *conn_count_new(uint32_t max, const uint8_t key[static SIPHASH_KEY_LEN]);
void conn_count_free(struct conn_count *count);

uint32_t conn_count_max(const struct conn_count *count);

/* Counts one more.  False, and nothing is counted, if the client holds max already. */
bool conn_count_add(struct conn_count *count, const struct addr *client);

/* Counts one less; each successful conn_count_add is to be undone once. */
void conn_count_remove(struct conn_count *count, const struct addr *client);

#endif
