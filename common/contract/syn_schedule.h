/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a silent port gets its SYNs, and on which flow.  Pure; the prober, and the page, which shows
 * the progress of a check.  There are four flows, each with its own source port and sequence
 * number, and two attempts on each: some paths are dead for one 4-tuple, and some devices answer
 * only a true retransmission.  The two are more than 0.5 s apart, because a half-open connection
 * answers repeats no faster.  The order is such that a load balancer which alternates between two
 * members splits the flows neither by DSCP nor by range of source ports.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_SYN_SCHEDULE_H
#define PORTLIGHT_COMMON_CONTRACT_SYN_SCHEDULE_H

#include <stdint.h>

/* The TTL of these SYNs; those of a trace have less. */
enum { SYN_SCHEDULE_TTL = 64 };

enum { SYN_SCHEDULE_FLOWS = 4, SYN_SCHEDULE_ATTEMPTS = 8 };

/* A trace can make a check this much longer: it begins after three unanswered SYNs, or after the
 * answer. */
enum { SYN_SCHEDULE_TRACE_EXTRA_MS = 400 };

/* What a traced port counts in its target's quota; other ports count 1.  A silent port gets 13
 * packets, echo requests included, and up to 24 more with a trace. */
enum { SYN_SCHEDULE_TRACED_COST = 3 };

struct syn_schedule_step {
    uint16_t at_ms; /* after the first SYN */
    uint8_t flow;
};

extern const struct syn_schedule_step syn_schedule[SYN_SCHEDULE_ATTEMPTS];

/* How many attempts fit into a probe of this length.  The last fifth of the time is left for
 * answers. */
uint8_t syn_schedule_attempts_within(uint32_t timeout_ms);

#endif
