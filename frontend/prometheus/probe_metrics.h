/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a probe found, for Prometheus: under blackbox_exporter's names, so that its rules and
 * dashboards work, and under our own, which say more.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PROMETHEUS_PROBE_METRICS_H
#define PORTLIGHT_FRONTEND_PROMETHEUS_PROBE_METRICS_H

#include "common/contract/inspection.h"
#include "frontend/model/problem.h"
#include "frontend/model/result.h"

enum { PROBE_FOUND_MAX = RESULT_TARGETS_MAX * PLACES_ASKED_MAX };

/* The pointers are the caller's and must stay valid during the calls below. */
struct probe_found {
    uint64_t duration_ns, lookup_ns; /* in total; for the name lookup, 0 for an address */
    bool timed_out;                  /* some results were not known in time */
    const struct problem *problem;   /* why the name has no address; NULL: it has one */
    bool tls;                        /* TLS was requested, too */
    unsigned place_count;            /* 0: only this server was asked */
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

/* All metrics of one probe.  The caller frees the text; NULL without memory. */
char *probe_metrics_write(const struct probe_found *found);

#endif
