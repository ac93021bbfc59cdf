/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many packets are promised to each peer: for its checks under way and those in the queue.  A
 * check is admitted only if there is room for all that it may send, so that prober.max-rate doesn't
 * delay admitted checks, and every peer has a part that others can't take.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_SENDING_BUDGET_H
#define PORTLIGHT_PROBER_SENDING_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "prober/sending/send_queue.h"

struct budget {
    uint64_t packets; /* what the rate allows in the time that a check sends; 0: no limit */
    uint64_t promised;
    uint64_t promised_to[SEND_QUEUE_OWNERS];
    bool present[SEND_QUEUE_PEERS]; /* connected: its part stays reserved */
};

struct budget budget_make(uint32_t packets_per_second);

/* May this many packets be promised to the peer?  Within its own part: if there is room.  Beyond
 * it: only from what the unused parts of other connected peers leave, and up to a multiple of what
 * would remain free, so that competing peers get equal shares.  A peer with nothing under way may
 * always start one check. */
bool budget_admits(const struct budget *budget, uint32_t peer, uint32_t packets);

void budget_promise(struct budget *budget, uint32_t owner, uint32_t packets);
void budget_release(struct budget *budget, uint32_t owner, uint32_t packets);

#endif
