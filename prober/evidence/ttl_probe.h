/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYNs with a small TTL on one flow of a probe, and who answers them: how far the
 * flow gets, hop by hop (a trace), or from which hop on it gets its answer.  Pure;
 * the prober.  As in Paris traceroute only TTL and sequence number vary, so that
 * load balancers see one flow; the sequence number tells which SYN is answered.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_TTL_PROBE_H
#define PORTLIGHT_PROBER_EVIDENCE_TTL_PROBE_H

#include "common/contract/verdict.h"
#include "prober/evidence/observed.h"

enum {
    TTL_PROBE_HOPS_MAX = VERDICT_HOPS_MAX,
    TTL_PROBE_SENDS_MAX = 3, /* to one hop */
    TTL_PROBE_NUMBERS_PER_HOP = 4,
    TTL_PROBE_NUMBERS = (TTL_PROBE_HOPS_MAX + 1) * TTL_PROBE_NUMBERS_PER_HOP,
};

/* The number of a hop's n-th SYN. */
static inline uint32_t ttl_probe_number(unsigned hop, unsigned n)
{
    return hop * TTL_PROBE_NUMBERS_PER_HOP + n;
}

enum ttl_probe_outcome {
    TTL_PROBE_SILENT = 0,
    TTL_PROBE_EXCEEDED, /* TIME EXCEEDED: a device forwards the flow up to here */
    TTL_PROBE_ANSWERED, /* a RST, a SYN-ACK or another ICMP error: here it is answered */
};

struct ttl_probe_hop {
    uint64_t egress_ns[TTL_PROBE_SENDS_MAX]; /* capture clock; 0: not seen on its way out */
    uint64_t rtt_ns;                         /* or VERDICT_NO_RTT */
    struct addr from;
    uint8_t outcome; /* enum ttl_probe_outcome */
    uint8_t sends;
    uint8_t quoted_tos; /* TTL_PROBE_EXCEEDED: of our SYN, as it arrived there */
    uint8_t round;      /* in which it was sent last */
};

struct ttl_probe {
    uint32_t secret; /* of the sequence numbers */
    uint32_t wanted; /* bit n: hop n */
    uint64_t start_ns;
    uint8_t flow;  /* of the probe */
    uint8_t sends; /* to a hop that stays silent */
    uint8_t limit; /* no hop behind this one */
    uint8_t round;
    bool trace;                    /* goes on until the end is found */
    uint32_t half_open, torn_down; /* bit n: by hop */
    struct ttl_probe_hop hops[TTL_PROBE_HOPS_MAX + 1];
};

/* To these hops only (bit n: hop n). */
void ttl_probe_begin(struct ttl_probe *ttl_probe, uint32_t secret, uint8_t flow, uint32_t wanted,
                     uint64_t now_ns);

/* Hop by hop, to the limit at most. */
void ttl_probe_begin_trace(struct ttl_probe *ttl_probe, uint32_t secret, uint8_t flow,
                           uint8_t limit, uint64_t now_ns);

/* As far as anybody answers: its limit was none. */
void ttl_probe_extend(struct ttl_probe *ttl_probe);

/* The next SYN that is due: its number and its hop, which is its TTL. */
bool ttl_probe_next(struct ttl_probe *ttl_probe, uint64_t now_ns, uint8_t *number, uint8_t *hop);

/* The sequence number of SYN `number`. */
uint32_t ttl_probe_seq(const struct ttl_probe *ttl_probe, uint32_t number);

/* When ttl_probe_next or the end is due; UINT64_MAX when it is over. */
uint64_t ttl_probe_due_ns(const struct ttl_probe *ttl_probe, uint64_t now_ns);

/* Is nothing more to be learned? */
bool ttl_probe_is_over(const struct ttl_probe *ttl_probe, uint64_t now_ns);

/* Is it the sequence number of one of these SYNs? */
bool ttl_probe_has_seq(const struct ttl_probe *ttl_probe, uint32_t seq);

/* Takes a captured packet of this probe's port.  Returns false if it is about none of these
 * SYNs.  *news: it showed something new. */
bool ttl_probe_on_packet(struct ttl_probe *ttl_probe, const struct observed *observed,
                         const struct packet *packet, bool *news);

/* The first hop from which the flow gets its answer, 0: none.  *proven: the hop before it is
 * known to forward the flow without answering, or there is none.  Its silence proves nothing:
 * packets get lost, and what is turned around in place needs its TTL for the way back. */
uint8_t ttl_probe_first_answered(const struct ttl_probe *ttl_probe, bool *proven);

/* The last hop that forwards the flow (0: this machine). */
uint8_t ttl_probe_last_forwarder(const struct ttl_probe *ttl_probe);

/* The hop from which on one router reports every TTL, 0: none.  Somebody before it shortens the
 * TTL, as providers do against routers at home. */
uint8_t ttl_probe_shortened_at(const struct ttl_probe *ttl_probe);

/* The first of the hops in a row, up to this one, at which TTLs expire in one router's name. */
uint8_t ttl_probe_first_of_router(const struct ttl_probe *ttl_probe, uint8_t hop);

/* The hop that this address stands at, 0: unknown. */
uint8_t ttl_probe_hop_of(const struct ttl_probe *ttl_probe, const struct addr *addr);

/* Does the same address stand at two hops, with another between?  A NAT puts its own
 * to all that comes from behind it, which is no loop. */
bool ttl_probe_loops(const struct ttl_probe *ttl_probe);

/* How many of its hops are worth showing. */
uint8_t ttl_probe_length(const struct ttl_probe *ttl_probe);

#endif
