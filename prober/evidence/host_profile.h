/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of the target itself, to hold an answer against: how far its own
 * packets travel and what they look like.  From the other ports of the same check,
 * ICMP echo, and a port of our own choice (VERDICTS 3.2).  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_HOST_PROFILE_H
#define PORTLIGHT_PROBER_EVIDENCE_HOST_PROFILE_H

#include "prober/evidence/echo.h"
#include "prober/evidence/ttl_probe.h"

enum { HOST_PROFILE_OTHERS_MAX = 3 };

/* What a profile is made of; absent parts are NULL. */
struct host_profile_source {
    const struct echo *echo;
    const struct observed *control; /* of the port of our own choice */
    const struct observed *self;    /* the port in question */
    const struct observed *others[HOST_PROFILE_OTHERS_MAX];
    unsigned other_count;
    uint8_t tos; /* of everything we send */
};

struct host_profile {
    bool has_ttl;
    bool ttl_is_weak;    /* of an accepted connection only: a proxy's or a forwarded one's, too */
    uint8_t ttl;         /* with which the host's own packets arrive */
    int16_t hops;        /* its distance by that, the first router is 1 */
    bool hops_confirmed; /* an echo gets there with this TTL and not with less */
    bool hops_disproved; /* the way there is not as long as the way back */
    bool echo_replied;
    bool echo_reflects;   /* the reply carries our DSCP, or what the way made of it */
    bool dscp_cleared;    /* the reply carries none: the way cleared it, or the host */
    bool host_reflects;   /* a RST of the host's own carries it */
    bool control_differs; /* the control port's RST does not */
    bool others_answered;
    bool rejects_pause; /* another port was rejected, but not at once */
    bool has_reset;     /* a RST that the host's own TCP made */
    bool reset_dont_fragment, reset_ip_id_zero;
    unsigned sends, losses; /* of ports that answered: SYNs, and those without answer */
};

void host_profile_make(const struct host_profile_source *source, struct host_profile *profile);

/* Does the TOS carry the DSCP that we sent, or what the way is known to make of it? */
bool host_profile_is_reflected(uint8_t tos, uint8_t sent_tos, const struct echo *echo);

/* Where a TTL started, of 32, 64, 128 and 255; and the distance by that. */
uint8_t host_profile_ttl_base(uint8_t ttl);
int16_t host_profile_hops_by_ttl(uint8_t ttl);

/* Did somebody who stands for the target answer?  A word that it can't be reached is
 * no sign of life, not even from its own address: a dead host behind NAT gives that. */
bool host_profile_shows_life(const struct observed *observed, const struct observed_answer *answer);

#endif
