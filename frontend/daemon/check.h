/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A check from the request to its answer: resolver, policy, limits, prober.  An edge; the
 * daemon.
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
#include "frontend/networks/table_file.h"

enum { CHECK_TRACE_COST = 3, CHECK_NEW_TARGETS_WINDOW_S = 3600 };

/* What every check needs; filled by main, outlives all checks. */
struct checks {
    const struct config *config;
    struct loop *loop;
    struct resolver *resolver;
    struct prober_link *prober;
    struct coalesce *coalesce;
    const struct network_table *networks;
    struct ratelimit *visitors;            /* cost units, by client */
    struct ratelimit *new_targets;         /* targets that the client has not checked lately */
    struct recent_targets *recent_targets; /* those that it has */
    struct conn_count *active_checks;      /* checks under way, by client */
    struct conn_count *packet_logs;        /* targets whose packets are kept, by client */
    struct ratelimit *targets;             /* ports, by target */
    struct ratelimit *target_parts;        /* the same, of each client's network */
    struct ratelimit *own_targets;         /* the same, of who asks about himself */
    uint32_t pending;
};

struct check_job;

/* Callbacks of a check, none of them during check_begin.  `done` or `failed` comes last and
 * frees the check. */
struct check_ops {
    void (*resolved)(void *context, const struct result *result);
    void (*port)(void *context, const struct result_target *target, unsigned port_index);
    void (*done)(void *context, const struct result *result);
    void (*failed)(void *context, const struct problem *problem);
};

/*
 * Starts a check for this client, who was already charged 1 unit; the rest is charged once
 * the targets are known.  Returns NULL with *problem if it can't start: no callback follows.
 * The request must live as long as the check.
 */
struct check_job *check_begin(struct checks *checks, const struct request *request,
                              const struct addr *visitor, const struct check_ops *ops,
                              void *context, struct problem *problem);

/* The longest that a check takes: a name looked up, every port silent, a trace. */
uint32_t check_longest_ms(const struct config *config);

/* The result so far; without targets while the name is being resolved. */
const struct result *check_result(const struct check_job *check);

/* Ends the check and frees it: no callback follows. */
void check_cancel(struct check_job *check);

#endif
