/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYNs with small TTLs on one flow of a probe, and the answers to them.  They show how far the flow
 * gets, hop by hop (a trace), or from which hop on it is answered.  Pure; the prober.  As in Paris
 * traceroute, only TTL, sequence number and IP ID vary, so that load balancers see one flow.  The
 * sequence number shows which SYN was answered.
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

/* The number of a hop's SYN n, from 0 on. */
static inline uint32_t ttl_probe_number(unsigned hop, unsigned n)
{
    return hop * TTL_PROBE_NUMBERS_PER_HOP + n;
}

enum ttl_probe_outcome {
    TTL_PROBE_SILENT = 0,
    TTL_PROBE_EXCEEDED, /* TIME EXCEEDED: this hop forwards the flow */
    TTL_PROBE_ANSWERED, /* a RST, a SYN-ACK or another ICMP error */
};

struct ttl_probe_hop {
    uint64_t egress_ns[TTL_PROBE_SENDS_MAX]; /* capture's clock; 0: not seen leaving */
    uint64_t rtt_ns;                         /* or VERDICT_NO_RTT */
    struct addr from;
    uint8_t outcome; /* enum ttl_probe_outcome */
    uint8_t sends;
    uint8_t quoted_tos; /* TTL_PROBE_EXCEEDED: the TOS of our SYN as it arrived there */
    uint8_t round;      /* of the last SYN */
};

struct ttl_probe {
    uint32_t secret; /* of the sequence numbers */
    uint32_t wanted; /* bit n: hop n gets SYNs */
    uint64_t start_ns;
    uint8_t flow;  /* of the probe */
    uint8_t sends; /* SYNs to a silent hop */
    uint8_t limit; /* the last hop that may get SYNs */
    uint8_t round;
    bool trace;                    /* continues until the end of the path is found */
    uint32_t half_open, torn_down; /* bit n: hop n */
    struct ttl_probe_hop hops[TTL_PROBE_HOPS_MAX + 1];
};

/* Begins to probe only these hops (bit n: hop n). */
void ttl_probe_begin(struct ttl_probe *ttl_probe, uint32_t secret, uint8_t flow, uint32_t wanted,
                     uint64_t now_ns);

/* Begins a trace, hop by hop, up to the limit. */
void ttl_probe_begin_trace(struct ttl_probe *ttl_probe, uint32_t secret, uint8_t flow,
                           uint8_t limit, uint64_t now_ns);

/* Lifts the limit of a trace. */
void ttl_probe_extend(struct ttl_probe *ttl_probe);

/* Takes the next SYN that is due: its number, and its hop, which is its TTL.  False if none is due.
 */
bool ttl_probe_next(struct ttl_probe *ttl_probe, uint64_t now_ns, uint8_t *number, uint8_t *hop);

/* The sequence number of SYN `number`. */
uint32_t ttl_probe_seq(const struct ttl_probe *ttl_probe, uint32_t number);

/* When to call ttl_probe_next or ttl_probe_is_over again; UINT64_MAX when it is over. */
uint64_t ttl_probe_due_ns(const struct ttl_probe *ttl_probe, uint64_t now_ns);

/* Are no more SYNs or answers expected? */
bool ttl_probe_is_over(const struct ttl_probe *ttl_probe, uint64_t now_ns);

/* Is it the sequence number of one of these SYNs? */
bool ttl_probe_has_seq(const struct ttl_probe *ttl_probe, uint32_t seq);

/* Handles a captured packet of this probe's port.  Returns false if it is not about one of these
 * SYNs. *news: it changed an outcome. */
bool ttl_probe_on_packet(struct ttl_probe *ttl_probe, const struct observed *observed,
                         const struct packet *packet, bool *news);

/* The first hop at which the flow is answered; 0: none.  *proven: it is hop 1, or the hop before it
 * is known to forward the flow.  If that hop is only silent, nothing is proven: packets get lost,
 * and a SYN turned around in place needs its TTL for the path back. */
uint8_t ttl_probe_first_answered(const struct ttl_probe *ttl_probe, bool *proven);

/* The last hop that forwards the flow (0: this machine). */
uint8_t ttl_probe_last_forwarder(const struct ttl_probe *ttl_probe);

/* The hop from which on one router reports every TTL; 0: none.  A device before it lowers the TTL,
 * as some providers do against routers at home. */
uint8_t ttl_probe_shortened_at(const struct ttl_probe *ttl_probe);

/* The first of the consecutive hops, ending with this one, that one router reports. */
uint8_t ttl_probe_first_of_router(const struct ttl_probe *ttl_probe, uint8_t hop);

/* The first hop that this address reported; 0: none. */
uint8_t ttl_probe_hop_of(const struct ttl_probe *ttl_probe, const struct addr *addr);

/* Does one address report two hops, with another one between?  (A NAT that gives its own address to
 * all hops behind it is not a loop.) */
bool ttl_probe_loops(const struct ttl_probe *ttl_probe);

/* The number of hops worth showing. */
uint8_t ttl_probe_length(const struct ttl_probe *ttl_probe);

#endif
