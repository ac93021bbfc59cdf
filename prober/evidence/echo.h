/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP echo, as a reference for other answers in the target's name: it shows how far the host is,
 * and whether the DSCP survives the path.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_ECHO_H
#define PORTLIGHT_PROBER_EVIDENCE_ECHO_H

#include "common/net/packet.h"
#include "prober/packet/echo_request.h"
#include "prober/packet/our_syn.h"

enum { ECHO_ATTEMPTS_MAX = 8, ECHO_FULL_TTL = OUR_SYN_TTL, ECHO_FULL_MAX = 3 };

enum echo_outcome { ECHO_SILENT = 0, ECHO_EXPIRED, ECHO_REPLIED };

struct echo_attempt {
    uint16_t ip_id; /* IPv4; odd and random */
    uint8_t ttl;
    uint8_t outcome : 2;   /* enum echo_outcome */
    bool has_no_proof : 1; /* the outcome rests on a quote that ends before our cookie */
    bool at_target : 1;    /* it expired in the target's name: the replier is behind that address */
};

/* All echoes of one check.  Their sequence numbers count up from first_seq.  An attacker who
 * doesn't see the requests must guess the cookie's 64 bits to forge a reply.  A router may quote
 * only the 8 bytes that it must (RFC 792; RFC 4443 requires more): then only the random bits of id,
 * first sequence number and IP ID protect against forgery. */
struct echo {
    uint64_t cookie;
    uint16_t id, first_seq;
    struct echo_attempt attempts[ECHO_ATTEMPTS_MAX];
    uint8_t attempt_count;
    bool replied; /* one with the full TTL got a reply */
    uint8_t reply_ttl, reply_tos;
    union {                                /* capture's clock; 0: unknown */
        uint64_t egress_ns[ECHO_FULL_MAX]; /* before `replied`: of those with the full TTL */
        uint64_t rtt_ns;                   /* after: of the one that was replied to */
    };
};

/* The round trip time; 0: there is no reply, or it is unknown. */
static inline uint64_t echo_rtt_ns(const struct echo *echo)
{
    return echo->replied ? echo->rtt_ns : 0;
}

/* Did the target's own address report that one of them expired?  Then it forwards echoes. */
bool echo_expired_at_target(const struct echo *echo);

/* Copies the echoes without the outcomes that our cookie doesn't prove.  Returns false if nothing
 * was left out. */
bool echo_leave_proven(const struct echo *echo, struct echo *proven);

/* Adds an attempt with this request, whose ip_id must be set, and fills its id, seq, cookie and
 * ttl. Returns false after ECHO_ATTEMPTS_MAX. */
bool echo_add(struct echo *echo, uint8_t ttl, struct echo_request *request);

/* The best outcome of the echoes with this TTL; *asked: one was sent. */
enum echo_outcome echo_at(const struct echo *echo, uint8_t ttl, bool *asked);

/* Is the packet one of these echo requests, the target's reply, or an error that quotes one? */
bool echo_is_about(const struct echo *echo, const struct addr *dst, const struct packet *packet);

/* Handles a captured packet, ours or theirs.  Returns true if it changed an outcome. */
bool echo_on_packet(struct echo *echo, const struct addr *dst, const struct packet *packet);

#endif
