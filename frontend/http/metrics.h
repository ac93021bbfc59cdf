/* SPDX-License-Identifier: BSD-2-Clause */
/* What the operator's Prometheus collects.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_METRICS_H
#define PORTLIGHT_METRICS_H

#include "common/wire.h"
#include "frontend/problem.h"

/* Counted since the daemon started. */
struct metrics {
    uint64_t verdicts[STATE_COUNT][DISPOSITION_COUNT];
    uint64_t problems[PROBLEM_COUNT];
    uint64_t requests;
};

/* As they are just now. */
struct metrics_gauges {
    bool prober_up;
    uint32_t checks_pending;
    const struct wire_pong *prober;
};

void metrics_count_verdict(struct metrics *metrics, const struct verdict *verdict);

/* The text format, version 0.0.4, for the caller to free; NULL without memory. */
char *metrics_write(const struct metrics *metrics, const struct metrics_gauges *gauges);

#endif
