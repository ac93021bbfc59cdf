/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of verdicts share: a probe of frames.h's target, answers to it, and
 * comparisons that name the row and the field. */
#ifndef PORTLIGHT_TEST_JUDGE_H
#define PORTLIGHT_TEST_JUDGE_H

#include "prober/evidence/classify.h"

#define FACT(name) (UINT64_C(1) << EVIDENCE_##name)

/* Room for a record's answers; it is used again 256 records later. */
struct observed_extra *judge_room(void);

/* One SYN has left at 1 s. */
struct observed judge_probe(bool ipv6);
struct observed judge_probe_between(const struct addr *src, const struct addr *dst);

/* The frame of that name, seen at that time. */
struct packet judge_packet(const char *name, uint64_t time_ns);

/* Adds an answer, 5 ms after the first SYN, or after the flow's; the flow's SYN has left by
 * the schedule then. */
void judge_answer(struct observed *observed, const struct addr *from,
                  struct observed_answer answer);
void judge_flow(struct observed *observed, unsigned flow, const struct addr *from,
                struct observed_answer answer);

/* An echo that was replied to with this TTL, bearing our mark; and others with small TTLs. */
struct echo judge_echo(uint8_t ttl);
void judge_echo_at(struct echo *echo, uint8_t ttl, enum echo_outcome outcome);

/* SYNs with small TTLs on flow 0: one router each before hop `first`, answers from there on. */
struct ttl_probe judge_walk(unsigned first, const struct addr *router, const struct addr *target);

/* What every answered probe of one SYN has in common, and every unanswered one. */
struct verdict judge_answered_by(const struct addr *responder, uint8_t ttl);
struct verdict judge_unanswered(enum verdict_state state, enum verdict_reason reason);

/* The verdict of a port that was asked for alone, with nothing to compare. */
void judge_alone(const struct observed *observed, struct verdict *verdict);

/* What a verdict says in words; the evidence is compared as a set of FACT(). */
void judge_verdict(const struct verdict *got, enum verdict_state state, enum verdict_reason reason,
                   enum verdict_disposition disposition, enum verdict_actor actor,
                   enum verdict_confidence confidence, uint64_t evidence);

void judge_word(const char *row, const char *got, const char *wanted);
void judge_facts(const char *row, uint64_t got, uint64_t wanted);
void judge_expect(const char *row, const struct findings *findings, struct verdict want);
void judge_expect_alone(const char *row, const struct observed *observed, struct verdict want);

/* A probe whose flows were answered: a letter each, s for a SYN-ACK, r for a reset, u for an error,
 * - for silence; `asked` SYNs left. */
struct observed judge_flows(const char *flows, uint8_t asked);

#endif
