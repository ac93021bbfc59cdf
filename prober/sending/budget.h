/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many packets may still be sent for each peer, by its checks under way and by what waits
 * in the queue, and who may add to that.  A check is admitted only with room for what it may
 * send, so that prober.max-rate never makes an admitted one late, and every peer has a part
 * that no other can take.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_SENDING_BUDGET_H
#define PORTLIGHT_PROBER_SENDING_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "prober/sending/send_queue.h"

struct budget {
    uint64_t packets; /* that fit into the time in which a check sends; 0: no limit */
    uint64_t promised;
    uint64_t promised_to[SEND_QUEUE_OWNERS];
    bool present[SEND_QUEUE_PEERS]; /* connected: its part is kept free */
};

struct budget budget_make(uint32_t packets_per_second);

/* May the peer add this many packets?  Up to its part as long as there is room, which the others
 * must leave; beyond it some times what is left then, so that those who want more than there is
 * get equal shares.  Who has none under way may always have one check. */
bool budget_admits(const struct budget *budget, uint32_t peer, uint32_t packets);

void budget_promise(struct budget *budget, uint32_t owner, uint32_t packets);
void budget_release(struct budget *budget, uint32_t owner, uint32_t packets);

#endif
