/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who sends next when the packet rate is used up.  Pure; the prober.
 *
 * Every packet has an owner: the peer that it is sent for, or nobody, once that is forgotten.
 * Owners take turns, so a peer that asks for much waits behind itself only.  Of one owner,
 * the SYNs of the schedule go first, because verdicts depend on them; their probes wait
 * themselves, by number, and may leave the queue again.  Everything else waits as a packet.
 */
#ifndef PORTLIGHT_PROBER_SENDING_SEND_QUEUE_H
#define PORTLIGHT_PROBER_SENDING_SEND_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "prober/packet/echo_request.h"
#include "prober/packet/segment.h"

enum {
    SEND_QUEUE_PEERS = 8,
    SEND_QUEUE_NOBODY = SEND_QUEUE_PEERS,
    SEND_QUEUE_OWNERS,
};

struct send_queue;

struct queued_packet {
    bool is_echo;
    union {
        struct segment segment;
        struct echo_request echo;
    };
};

/* A rate of 0 is no limit: then nobody waits.  Room for this many packets of each owner, and a
 * turn for each of the items 0 to item_count - 1.  NULL without memory. */
struct send_queue *send_queue_new(uint32_t packets_per_second, uint32_t capacity,
                                  uint32_t item_count);
void send_queue_free(struct send_queue *queue);

/* May a packet leave at once, because nobody waits and the rate allows it?  Then it counts. */
bool send_queue_pass(struct send_queue *queue, uint64_t now_ns);

/* The item waits behind the owner's other turns; once at a time. */
void send_queue_wait(struct send_queue *queue, unsigned owner, uint32_t item);
bool send_queue_waits(const struct send_queue *queue, uint32_t item);
/* Does nothing if it does not wait. */
void send_queue_leave(struct send_queue *queue, uint32_t item);

/* False if the owner's room is full: the packet is not sent.  None of these decides a verdict
 * alone. */
bool send_queue_add(struct send_queue *queue, unsigned owner, const struct queued_packet *packet);

/* What may leave now: a turn, which waits no longer, or a packet, which is valid until the
 * next call.  The owner is filled in, too.  False: nothing may, or nothing waits. */
struct send_next {
    unsigned owner;
    const struct queued_packet *packet; /* NULL: a turn */
    uint32_t item;                      /* whose turn */
};
bool send_queue_take(struct send_queue *queue, uint64_t now_ns, struct send_next *next);

/* When send_queue_take may succeed, or UINT64_MAX: nothing waits. */
uint64_t send_queue_next_ns(const struct send_queue *queue);

/* How long one more turn of this owner would wait, and how long one more packet. */
uint64_t send_queue_turn_ns(const struct send_queue *queue, unsigned owner);
uint64_t send_queue_packet_ns(const struct send_queue *queue, unsigned owner);

#endif
