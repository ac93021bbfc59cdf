/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a port that stays silent gets its SYNs, and on which flow.  Pure; the prober, and
 * the page, which shows how far a check has come.  Four flows (own source port and sequence number
 * each) with two sends each: some paths are dead for one 4-tuple, some devices answer only a true
 * retransmission.  A flow's two sends are more than 0.5 s apart, because a
 * half-open connection answers repeats no faster.  And the flows' order is such that a balancer
 * which takes its two members in turn parts them neither by their marks nor by their ports.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_SYN_SCHEDULE_H
#define PORTLIGHT_COMMON_CONTRACT_SYN_SCHEDULE_H

#include <stdint.h>

/* With this TTL; SYNs of a trace have less. */
enum { SYN_SCHEDULE_TTL = 64 };

enum { SYN_SCHEDULE_FLOWS = 4, SYN_SCHEDULE_ATTEMPTS = 8 };

/* A check with a trace takes up to this much longer than one without: a trace begins when
 * three SYNs have stayed silent, or after the answer. */
enum { SYN_SCHEDULE_TRACE_EXTRA_MS = 400 };

/* What a traced port counts of its target's quota; any other counts 1.  A silent host gets 13
 * packets without a trace and up to 37 with one. */
enum { SYN_SCHEDULE_TRACED_COST = 3 };

struct syn_schedule_step {
    uint16_t at_ms; /* after the first SYN */
    uint8_t flow;
};

extern const struct syn_schedule_step syn_schedule[SYN_SCHEDULE_ATTEMPTS];

/* How many of the steps fit into a probe of this length: the last fifth of the
 * time is left for answers. */
uint8_t syn_schedule_attempts_within(uint32_t timeout_ms);

#endif
