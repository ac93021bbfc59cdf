/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet rate: every packet takes a slot, so that packets leave evenly.  Pure; the prober.
 * Unused slots expire after 5 ms: a late wake-up loses none, but a pause is not followed by
 * a burst.
 */
#ifndef PORTLIGHT_PROBER_SENDING_PACER_H
#define PORTLIGHT_PROBER_SENDING_PACER_H

#include <stdbool.h>
#include <stdint.h>

struct pacer {
    uint64_t cell_ns; /* between two packets; 0: no limit */
    uint64_t next_ns; /* the first free slot; it may have expired */
};

struct pacer pacer_make(uint32_t packets_per_second);

/* Takes a slot if there is one by now. */
bool pacer_take(struct pacer *pacer, uint64_t now_ns);

#endif
