/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many packets the checks under way may still send, and who may add to that.  A check is
 * admitted only with room for the most that it may send, so that prober.max-rate never makes an
 * admitted one late, and every peer has a part that no other can take.  Pure; only prober/engine
 * includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_BUDGET_H
#define PORTLIGHT_PROBER_ENGINE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "prober/engine/engine_config.h"

struct budget {
    uint64_t packets; /* that fit into the time in which a check sends; 0: no limit */
    uint64_t promised;
    uint64_t promised_to[ENGINE_PEERS_MAX];
    bool present[ENGINE_PEERS_MAX]; /* connected: its part is kept free */
};

struct budget budget_make(uint32_t packets_per_second);

/* May the peer add this many packets?  Up to its part always, beyond it only what is neither
 * promised nor another's unused part.  Who is alone may always have one check. */
bool budget_admits(const struct budget *budget, uint32_t peer, uint32_t packets);

/* Is the peer within its part with this many more? */
bool budget_is_within_part(const struct budget *budget, uint32_t peer, uint32_t packets);

void budget_promise(struct budget *budget, uint32_t peer, uint32_t packets);
void budget_release(struct budget *budget, uint32_t peer, uint32_t packets);

#endif
