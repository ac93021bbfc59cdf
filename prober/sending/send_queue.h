/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is sent next when the packet rate is used up.  Pure; the prober.
 *
 * Every packet has an owner: the peer that it is sent for, or nobody if its check is gone.  Owners
 * take turns, so a peer with many requests delays only itself.  Within one owner, the SYNs of the
 * schedule go first, because verdicts depend on them.  For those SYNs the queue holds the probe's
 * index (a turn), and the probe may leave the queue again.  All other packets wait as packets.
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

/* A rate of 0 is no limit: then nothing waits.  Has room for `capacity` packets of each owner, and
 * for one turn of each item from 0 to item_count - 1.  NULL if out of memory. */
struct send_queue *send_queue_new(uint32_t packets_per_second, uint32_t capacity,
                                  uint32_t item_count);
void send_queue_free(struct send_queue *queue);

/* May a packet leave now, because nothing waits and the rate allows it?  If so, counts it. */
bool send_queue_pass(struct send_queue *queue, uint64_t now_ns);

/* Queues a turn for the item, after the owner's other turns.  It must not be waiting already. */
void send_queue_wait(struct send_queue *queue, unsigned owner, uint32_t item);
bool send_queue_waits(const struct send_queue *queue, uint32_t item);
/* Removes the item's turn, if it is waiting. */
void send_queue_leave(struct send_queue *queue, uint32_t item);

/* Queues a packet.  False if the owner's room is full: then it is never sent, which no verdict
 * depends on alone. */
bool send_queue_add(struct send_queue *queue, unsigned owner, const struct queued_packet *packet);

/* Takes the next turn or packet that may leave now; the packet is valid until the next call.  False
 * if nothing waits, or the rate doesn't allow it yet. */
struct send_next {
    unsigned owner;
    const struct queued_packet *packet; /* NULL: a turn */
    uint32_t item;                      /* whose turn */
};
bool send_queue_take(struct send_queue *queue, uint64_t now_ns, struct send_next *next);

/* When send_queue_take may succeed; UINT64_MAX if nothing waits. */
uint64_t send_queue_next_ns(const struct send_queue *queue);

/* How long another turn of this owner would wait, and another packet. */
uint64_t send_queue_turn_ns(const struct send_queue *queue, unsigned owner);
uint64_t send_queue_packet_ns(const struct send_queue *queue, unsigned owner);

#endif
