/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far packets travel, measured in two ways that nobody may mix up: by the TTL with which
 * an answer arrives (the way back), and by the small TTLs that still get an answer (the way
 * there).  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_DISTANCE_H
#define PORTLIGHT_PROBER_EVIDENCE_DISTANCE_H

#include "prober/evidence/echo.h"
#include "prober/evidence/explanations.h"
#include "prober/evidence/ttl_probe.h"

/* The distance of a sender by the TTL with which its packet arrives, if that started at 32,
 * 64, 128 or 255: the first router is 1. */
int16_t distance_by_ttl(uint8_t ttl);

/* A TTL on arrival beside that of the echo reply, as one of OBS_TTL's values. */
value_set distance_compare(uint8_t ttl, uint8_t echo_ttl);

/* The hop from which on echo requests are replied to, 0: not measured. */
uint8_t distance_of_echo(const struct echo *echo);

/* The hop from which on SYNs are answered, 0: not measured.  An ICMP error says it itself, by
 * the TTL that it quotes (RFC 792, RFC 4443 section 3.1). */
uint8_t distance_of_syn(const struct observed_answer *answer, const struct ttl_probe *ttl_probe);

/* The two beside each other, as one of OBS_REACH's values. */
value_set distance_reach(const struct observed_answer *answer, const struct ttl_probe *ttl_probe,
                         const struct echo *echo);

#endif
