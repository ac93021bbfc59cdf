/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a probe found, for Prometheus: under the names of blackbox_exporter, whose rules and
 * dashboards then work, and under our own, which say more.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PROMETHEUS_PROBE_METRICS_H
#define PORTLIGHT_FRONTEND_PROMETHEUS_PROBE_METRICS_H

#include "common/contract/inspection.h"
#include "frontend/model/problem.h"
#include "frontend/model/result.h"

enum { PROBE_FOUND_MAX = RESULT_TARGETS_MAX * PLACES_ASKED_MAX };

/* Pointers are the caller's, and must live while it is written. */
struct probe_found {
    uint64_t duration_ns, lookup_ns; /* of the whole; of the name, 0 for an address */
    bool timed_out;                  /* some of it was not known in time */
    const struct problem *problem;   /* why the name has no address; NULL: it has */
    bool tls;                        /* was the question, too */
    unsigned place_count;            /* 0: asked here alone */
    struct probe_found_place {
        const char *name, *status;
    } places[PLACES_ASKED_MAX];
    unsigned target_count;
    struct probe_found_target {
        struct addr addr;
        const char *place;                   /* NULL: here */
        const struct verdict *verdict;       /* NULL: not known in time */
        const struct inspection *inspection; /* NULL: not asked for, or not known in time */
    } targets[PROBE_FOUND_MAX];
};

/* For the caller to free; NULL without memory. */
char *probe_metrics_write(const struct probe_found *found);

#endif
