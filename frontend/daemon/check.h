/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks under way: from a request to its answer, by way of the resolver,
 * the policy, the limits and the prober.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_CHECK_H
#define PORTLIGHT_FRONTEND_DAEMON_CHECK_H

#include "common/daemon/config.h"
#include "common/limit/ratelimit.h"
#include "frontend/daemon/coalesce.h"
#include "frontend/dns/event.h"
#include "frontend/limits/conn_count.h"
#include "frontend/limits/recent_targets.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

enum { CHECK_TRACE_COST = 3, CHECK_NEW_TARGETS_WINDOW_S = 3600 };

/* What every check needs; filled by main, outlives them all. */
struct checks {
    const struct config *config;
    struct resolver *resolver;
    struct prober_link *prober;
    struct coalesce *coalesce;
    struct ratelimit *visitors;    /* cost units, by visitor */
    struct ratelimit *new_targets; /* targets that he did not ask about lately, by visitor */
    struct recent_targets *recent_targets; /* those that he did */
    struct conn_count *active_checks;      /* checks under way, by visitor */
    struct ratelimit *targets;             /* ports, by target */
    uint32_t pending;
};

struct check_job;

/* What its owner is told, never from within check_begin.  After done or failed
 * the check is gone. */
struct check_ops {
    void (*resolved)(void *context, const struct result *result);
    void (*port)(void *context, const struct result_target *target, unsigned port_index);
    void (*done)(void *context, const struct result *result);
    void (*failed)(void *context, const struct problem *problem);
};

/*
 * Begins to answer the request of this visitor, whose limit was charged 1
 * before: the rest is charged when the targets are known.  NULL with *problem
 * when there is nothing to wait for.  The request must live as long as the check.
 */
struct check_job *check_begin(struct checks *checks, const struct request *request,
                              const struct addr *visitor, const struct check_ops *ops,
                              void *context, struct problem *problem);

/* As far as it has come; without targets while the name is being looked up. */
const struct result *check_result(const struct check_job *check);

/* Nobody waits for it any more. */
void check_cancel(struct check_job *check);

#endif
