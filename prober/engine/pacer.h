/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet rate of the whole prober: every packet reserves its place, so that
 * they leave evenly and in order.  Pure; the prober.  Time that nobody used is
 * lost, but for the last 5 ms: a late wake-up costs nothing, a pause is not made
 * up for.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PACER_H
#define PORTLIGHT_PROBER_ENGINE_PACER_H

#include <stdint.h>

struct pacer {
    uint64_t cell_ns; /* between two packets; 0: no limit */
    uint64_t next_ns; /* the first place not yet taken */
};

struct pacer pacer_make(uint32_t packets_per_second);

/* Takes the next free place and says when it is: now_ns or later. */
uint64_t pacer_reserve(struct pacer *pace, uint64_t now_ns);

/* How long a packet reserved now would wait. */
uint64_t pacer_backlog_ns(const struct pacer *pace, uint64_t now_ns);

#endif
