/* SPDX-License-Identifier: BSD-2-Clause */
/* What the operator's Prometheus collects.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_METRICS_H
#define PORTLIGHT_FRONTEND_HANDLERS_METRICS_H

#include "common/contract/inspect_wire.h"
#include "common/contract/wire.h"
#include "frontend/check/places.h"
#include "frontend/http/connection_end.h"
#include "frontend/model/problem.h"
#include "frontend/share/sharing.h"

/* Upper bounds of the histogram of durations, in milliseconds; one more counts the rest. */
#define METRICS_BOUNDS_MS 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 4000
enum {
    METRICS_BOUNDS = 12,
    METRICS_LOOKUP_FAILURES = CAUSE_DNS_NO_ADDRESS - CAUSE_DNS_TIMEOUT + 1
};

/* Counted since the daemon started. */
struct metrics {
    uint64_t verdicts[STATE_COUNT][DISPOSITION_COUNT];
    uint64_t problems[PROBLEM_COUNT];
    uint64_t limits[LIMIT_COUNT];              /* at LIMIT_NONE all other problems */
    uint64_t lookups[METRICS_LOOKUP_FAILURES]; /* of names that failed, from CAUSE_DNS_TIMEOUT on */
    uint64_t requests;
    uint64_t durations[METRICS_BOUNDS + 1]; /* of whole checks, in each interval */
    uint64_t duration_ns;                   /* all together */
    uint64_t inspections[INSPECTION_STATE_COUNT];
    uint64_t inspection_problems[INSPECTION_PROBLEM_COUNT];
};

/* What one client gets a share of, besides connections. */
enum metrics_stock { METRICS_CHECKS, METRICS_PACKET_LOGS, METRICS_LOOKUPS, METRICS_STOCK_COUNT };

/* As they are just now. */
struct metrics_gauges {
    bool prober_up, dns_up;
    uint32_t prober_sessions; /* connections to it so far */
    uint32_t checks_pending;
    uint32_t connections;
    const uint64_t *connections_ended; /* by enum connection_end */
    size_t output_waiting_len;
    uint64_t refused[METRICS_STOCK_COUNT]; /* to clients that had their share */
    uint64_t checks_shared;                /* answered by an equal check under way */
    uint64_t networks_age_s;               /* of the oldest source; 0: unknown, or no data */
    uint32_t networks_ranges;              /* of both families */
    const struct wire_pong *prober;
    const struct places *places; /* NULL or none: nothing is said of them */
    const struct config_strings *engines;
    struct sharing_state sharing; /* count 0: nothing is said of them */
    bool inspector_up;
    const struct inspect_pong *inspector; /* NULL: there is none, and nothing of it shows */
};

void metrics_count_verdict(struct metrics *metrics, const struct verdict *verdict);
void metrics_count_problem(struct metrics *metrics, const struct problem *problem);
void metrics_count_check(struct metrics *metrics, uint64_t duration_ns);
void metrics_count_inspection(struct metrics *metrics, const struct inspection *inspection);

/* The text format, version 0.0.4, for the caller to free; NULL without memory. */
char *metrics_write(const struct metrics *metrics, const struct metrics_gauges *gauges);

#endif
