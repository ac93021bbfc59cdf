/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP echo as a reference: what the target's own stack answers, to compare with
 * what answers in its name.  It shows how far the host is and whether the DSCP
 * survives the way.  Pure; the prober.
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
    bool has_no_proof : 1; /* only by a quote that ends before our cookie */
    bool at_target : 1;    /* it expired in the target's own name: who replies stands behind it */
};

/* All echoes of one check.  Their sequence numbers count from first_seq.  The caller knows the
 * target's address.  Whoever does not see the requests would have to guess the cookie's 64 bits
 * to pass for the target.  A router that quotes no more than the 8 bytes that it must (RFC 792;
 * there is no such thing in RFC 4443) is believed by 39: of id, first sequence number, IP ID. */
struct echo {
    uint64_t cookie;
    uint16_t id, first_seq;
    struct echo_attempt attempts[ECHO_ATTEMPTS_MAX];
    uint8_t attempt_count;
    bool replied; /* to one with the full TTL */
    uint8_t reply_ttl, reply_tos;
    union {                                /* by the capture's clock; 0: not known */
        uint64_t egress_ns[ECHO_FULL_MAX]; /* until one is replied to: of those with the full TTL */
        uint64_t rtt_ns;                   /* then: of that one */
    };
};

/* How long the reply took; 0: there is none, or it is not known. */
static inline uint64_t echo_rtt_ns(const struct echo *echo)
{
    return echo->replied ? echo->rtt_ns : 0;
}

/* Echoes with the full TTL that nobody replied to, between two that were replied to. */
unsigned echo_losses(const struct echo *echo);

/* Did the target's own address say that one of them expired?  Then it passes echoes on. */
bool echo_expired_at_target(const struct echo *echo);

/* Fills *proven with those outcomes that our cookie proves.  Returns false if these are all. */
bool echo_leave_proven(const struct echo *echo, struct echo *proven);

/* Adds an attempt of this request, which has its IP ID, and fills its id, seq, cookie and ttl.
 * Returns false after ECHO_ATTEMPTS_MAX. */
bool echo_add(struct echo *echo, uint8_t ttl, struct echo_request *request);

/* Was an echo with this TTL sent, and what came of it? */
enum echo_outcome echo_at(const struct echo *echo, uint8_t ttl, bool *asked);

/* Is the packet one of these echoes on its way out, a reply of the target, or an error that
 * quotes one? */
bool echo_is_about(const struct echo *echo, const struct addr *dst, const struct packet *packet);

/* Takes what left or came back.  Returns true if something came and is news. */
bool echo_on_packet(struct echo *echo, const struct addr *dst, const struct packet *packet);

#endif
