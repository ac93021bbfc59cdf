/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets that wait for their slot in the packet rate: all but the SYNs of the schedule, whose
 * probes wait themselves.  Slots are given in order, so this is first in, first out.  Pure; only
 * prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_SEND_QUEUE_H
#define PORTLIGHT_PROBER_ENGINE_SEND_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "prober/packet/echo_request.h"
#include "prober/packet/segment.h"

struct send_queue;

struct queued_packet {
    uint64_t slot_ns;
    bool is_echo;
    union {
        struct segment segment;
        struct echo_request echo;
    };
};

/* Room for this many.  NULL without memory. */
struct send_queue *send_queue_new(uint32_t capacity);
void send_queue_free(struct send_queue *queue);

/* False if it is full: the packet is not sent.  None of these decides a verdict alone. */
bool send_queue_add(struct send_queue *queue, const struct queued_packet *packet);

/* When the first is due, or UINT64_MAX. */
uint64_t send_queue_next_ns(const struct send_queue *queue);

/* Takes the first if it is due; NULL: none is.  Valid until the next call. */
const struct queued_packet *send_queue_take(struct send_queue *queue, uint64_t now_ns);

#endif
