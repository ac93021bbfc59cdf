/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inspections under way.  Checks each against the inspector's own policy, connects, hands the
 * connection to a child process, and takes the child's result or ends it at the deadline.  An edge;
 * the inspector's parent.  It never reads bytes from a target: only a child's encoded result, with
 * bounds and checks.
 */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_JOBS_H
#define PORTLIGHT_INSPECTOR_DAEMON_JOBS_H

#include "common/config/config.h"
#include "common/limit/ratelimit.h"
#include "inspector/daemon/worker.h"

struct jobs;

struct jobs_setup {
    const struct config *config;
    const struct worker_setup *worker;
    struct ratelimit_setup targets;
    int epoll_fd;
    bool renewable;      /* a service manager restarts the process when it exits */
    uint32_t event_base; /* data.u32 of job n is event_base + n, below INSPECTOR_WORKERS_MAX */
    /* A result (INSPECT_ANSWER, after INSPECT_CHAIN if that was asked for) or INSPECT_REFUSED.  The
     * message is valid during the call; the client may be gone. */
    void (*answer)(void *context, uint64_t client, const struct inspect_message *message);
    void *context;
};

/* What *setup points to must outlive it.  NULL if out of memory. */
struct jobs *jobs_new(const struct jobs_setup *setup, uint64_t now_ns);

/* Starts an inspection for a client, identified by any number.  Ends in one call of `answer` (two
 * with a chain), which may happen inside this call. */
void jobs_begin(struct jobs *jobs, uint64_t client, const struct inspect_ask *ask, uint64_t now_ns);

/* Handles an epoll event of a job; `event` is its data.u32. */
void jobs_event(struct jobs *jobs, uint32_t event, uint64_t now_ns);

/* Ends the jobs whose deadline has passed. */
void jobs_tick(struct jobs *jobs, uint64_t now_ns);
/* The next deadline, or UINT64_MAX. */
uint64_t jobs_next_ns(const struct jobs *jobs);

/* Has a child crashed?  The target that caused it may have learned the memory layout, which all
 * children share.  If the process is renewable, new jobs are then refused as busy. */
bool jobs_have_crashed(const struct jobs *jobs);

/* Counters; the token is 0. */
struct inspect_pong jobs_counters(const struct jobs *jobs);

#endif
