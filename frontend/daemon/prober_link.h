/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's side of the boundary: one connection to the prober, kept up by
 * itself.  An edge.  Every job ends in exactly one way and in bounded time: a
 * last result, a refusal, or lost.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_PROBER_LINK_H
#define PORTLIGHT_FRONTEND_DAEMON_PROBER_LINK_H

#include "common/contract/wire.h"
#include "frontend/event/loop.h"

struct prober_link;

/* What becomes of a job.  None is called from within prober_link_check. */
struct prober_link_job_ops {
    /* a HOP, a PACKET or a RESULT; false: it makes no sense, and the job is lost */
    bool (*message)(void *context, const struct wire_message *message);
    void (*refused)(void *context, const struct wire_refused *refused);
    void (*lost)(void *context); /* the prober went away, or is stuck */
};

enum prober_link_status {
    PROBER_LINK_OK = 0,
    PROBER_LINK_DOWN, /* no prober */
    PROBER_LINK_FULL, /* too many jobs, or it does not read */
};

/* Connects now and again until it works; NULL without memory.  jobs_max: under
 * way at a time. */
struct prober_link *prober_link_new(struct loop *loop, const char *socket_path, uint32_t jobs_max);
void prober_link_free(struct prober_link *link);

/* Asks for one target; all of *check but its job and timeout is used.  *job is
 * the number under which it may be cancelled. */
enum prober_link_status prober_link_check(struct prober_link *link, const struct wire_check *check,
                                          const struct prober_link_job_ops *ops, void *context,
                                          uint32_t *job);

/* The job's ops are not called any more. */
void prober_link_cancel(struct prober_link *link, uint32_t job);

/* Did the prober answer a ping within the last seconds? */
bool prober_link_is_ready(const struct prober_link *link);

/* How often it was connected to. */
uint32_t prober_link_sessions(const struct prober_link *link);

/* Its counters as of the last ping; zero before the first. */
const struct wire_pong *prober_link_counters(const struct prober_link *link);

#endif
