/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet rate: every packet reserves a slot, so that packets leave evenly and in order.
 * Pure; the prober.  Unused slots expire after 5 ms: a late wake-up loses none, but a pause
 * is not followed by a burst.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PACER_H
#define PORTLIGHT_PROBER_ENGINE_PACER_H

#include <stdint.h>

struct pacer {
    uint64_t cell_ns; /* between two packets; 0: no limit */
    uint64_t next_ns; /* the first free slot */
};

struct pacer pacer_make(uint32_t packets_per_second);

/* Takes the next free slot and returns when it is: now_ns or later. */
uint64_t pacer_reserve(struct pacer *pace, uint64_t now_ns);

/* How long a packet would wait if it reserved now. */
uint64_t pacer_backlog_ns(const struct pacer *pace, uint64_t now_ns);

#endif
