/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inspections under way: judged by the inspector's own policy, connected, handed to a child,
 * and ended by its result or the deadline.  An edge; the inspector's parent.  It reads nothing
 * that a target sends, only what a child has made of it, and that bounded and checked.
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
    bool renewable;      /* the process is started anew when it has ended */
    uint32_t event_base; /* data.u32 of job n is event_base + n, below INSPECTOR_WORKERS_MAX */
    /* An inspection has ended in this; the client may be gone. */
    void (*answer)(void *context, uint64_t client, const struct inspect_message *message);
    void *context;
};

/* NULL without memory. */
struct jobs *jobs_new(const struct jobs_setup *setup, uint64_t now_ns);

/* Starts one for a client, who is any number; one `answer` follows, perhaps at once. */
void jobs_begin(struct jobs *jobs, uint64_t client, const struct inspect_ask *ask, uint64_t now_ns);

/* What epoll reports of one. */
void jobs_event(struct jobs *jobs, uint32_t event, uint64_t now_ns);

/* Ends those whose time is over; when the next is, or UINT64_MAX. */
void jobs_tick(struct jobs *jobs, uint64_t now_ns);
uint64_t jobs_next_ns(const struct jobs *jobs);

/* Has a child crashed?  Who made it may have learned how memory is laid out, which all children
 * share.  No new job begins then: INSPECT_REFUSED_BUSY. */
bool jobs_have_crashed(const struct jobs *jobs);

/* Counters; the token is 0. */
struct inspect_pong jobs_counters(const struct jobs *jobs);

#endif
