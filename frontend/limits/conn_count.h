/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many of something each visitor holds at this moment, in a table of fixed size (a
 * count-min sketch: Cormode and Muthukrishnan).  Visitors may come to share a count, and
 * then be told too early that it is enough; nobody is ever counted too low.  Pure; the
 * daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H
#define PORTLIGHT_FRONTEND_LIMITS_CONN_COUNT_H

#include "common/net/addr.h"
#include "common/base/siphash.h"

struct tally;

/* max: how many one visitor (IPv4 address, IPv6 /64) may hold, 0 for any number.  The
 * result is the caller's to tally_free; NULL without memory. */
struct tally *tally_new(uint32_t max, const uint8_t key[static SIPHASH_KEY_LEN]);
void tally_free(struct tally *tally);

uint32_t tally_max(const struct tally *tally);

/* One more; false if the visitor holds as many as are allowed: then none is counted. */
bool tally_add(struct tally *tally, const struct addr *visitor);

/* One less, of those that tally_add counted. */
void tally_remove(struct tally *tally, const struct addr *visitor);

#endif
