/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many of something each visitor holds at this moment, in a table of fixed size (a
 * count-min sketch: Cormode and Muthukrishnan).  Visitors may come to share a count, and
 * then be told too early that it is enough; nobody is ever counted too low.  Pure; the
 * daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H
#define PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct conn_count;

/* max: how many one visitor (IPv4 address, IPv6 /64) may hold, 0 for any number.  The
 * result is the caller's to conn_count_free; NULL without memory. */
struct conn_count *conn_count_new(uint32_t max, const uint8_t key[static SIPHASH_KEY_LEN]);
void conn_count_free(struct conn_count *count);

uint32_t conn_count_max(const struct conn_count *count);

/* One more; false if the visitor holds as many as are allowed: then none is counted. */
bool conn_count_add(struct conn_count *count, const struct addr *visitor);

/* One less, of those that conn_count_add counted. */
void conn_count_remove(struct conn_count *count, const struct addr *visitor);

#endif
