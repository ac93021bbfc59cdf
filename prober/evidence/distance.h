/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far packets travel, measured in two different ways: by the TTL with which an answer arrives
 * (the path back), and by the smallest TTL that gets an answer (the path there).  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_DISTANCE_H
#define PORTLIGHT_PROBER_EVIDENCE_DISTANCE_H

#include "prober/evidence/echo.h"
#include "prober/evidence/explanations.h"
#include "prober/evidence/ttl_probe.h"

/* The sender's distance by the TTL of its packet on arrival, assuming that it started at the next
 * of 32, 64, 128 and 255.  The first router is 1. */
int16_t distance_by_ttl(uint8_t ttl);

/* Compares a TTL on arrival with the echo reply's.  Returns one of OBS_TTL's values. */
value_set distance_compare(uint8_t ttl, uint8_t echo_ttl);

/* The first hop at which echo requests are replied to; 0: not measured. */
uint8_t distance_of_echo(const struct echo *echo);

/* The first hop at which SYNs are answered; 0: not measured.  For an ICMP error, the quoted TTL
 * shows it (RFC 792, RFC 4443 section 3.1). */
uint8_t distance_of_syn(const struct observed_answer *answer, const struct ttl_probe *ttl_probe);

/* Compares the two.  Returns one of OBS_REACH's values, or NOT_SEEN. */
value_set distance_reach(const struct observed_answer *answer, const struct ttl_probe *ttl_probe,
                         const struct echo *echo);

#endif
