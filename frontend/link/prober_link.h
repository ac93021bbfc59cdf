/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's connection to the prober, which reconnects by itself.  An edge; the daemon.
 * Every job ends in exactly one way and in bounded time: last result, refused, or lost.
 */
#ifndef PORTLIGHT_FRONTEND_LINK_PROBER_LINK_H
#define PORTLIGHT_FRONTEND_LINK_PROBER_LINK_H

#include "common/contract/wire.h"
#include "frontend/event/loop.h"

struct prober_link;

/* Callbacks of a job, none of them during prober_link_check. */
struct prober_link_job_ops {
    /* a HOP, a PACKET or a RESULT; return false if it makes no sense: the job is lost */
    bool (*message)(void *context, const struct wire_message *message);
    void (*refused)(void *context, const struct wire_refused *refused);
    void (*lost)(void *context); /* the prober went away, or is stuck */
};

enum prober_link_status {
    PROBER_LINK_OK = 0,
    PROBER_LINK_DOWN, /* no prober */
    PROBER_LINK_FULL, /* too many jobs, or it does not read */
};

/* Connects, and tries again until it works.  jobs_max: jobs at a time.  NULL without memory. */
struct prober_link *prober_link_new(struct loop *loop, const char *socket_path, uint32_t jobs_max);
void prober_link_free(struct prober_link *link);

/* Starts a job for one target; all of *check but its job and timeout is used.  *job is its
 * number, for prober_link_cancel. */
enum prober_link_status prober_link_check(struct prober_link *link, const struct wire_check *check,
                                          const struct prober_link_job_ops *ops, void *context,
                                          uint32_t *job);

/* The job's ops are not called any more. */
void prober_link_cancel(struct prober_link *link, uint32_t job);

/* Did the prober answer a ping within the last seconds? */
bool prober_link_is_ready(const struct prober_link *link);

/* Connections to it so far. */
uint32_t prober_link_sessions(const struct prober_link *link);

/* What portlight-fleet(8) says of the place that it offers there; zeroes before it did, and of a
 * prober, which says nothing. */
const struct wire_place *prober_link_place(const struct prober_link *link);

/* Its counters as of the last ping; zero before the first. */
const struct wire_pong *prober_link_counters(const struct prober_link *link);

#endif
