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

/* Callbacks of a job.  None of them runs during prober_link_check. */
struct prober_link_job_ops {
    /* a HOP, PACKET or RESULT; return false if it is invalid, and the job is lost */
    bool (*message)(void *context, const struct wire_message *message);
    void (*refused)(void *context, const struct wire_refused *refused);
    void (*lost)(void *context); /* the prober went away or is stuck */
};

enum prober_link_status {
    PROBER_LINK_OK = 0,
    PROBER_LINK_DOWN, /* no prober */
    PROBER_LINK_FULL, /* too many jobs, or the prober does not read */
};

/* Connects, and retries until it succeeds. jobs_max limits the jobs under way.  NULL without
 * memory. */
struct prober_link *prober_link_new(struct loop *loop, const char *socket_path, uint32_t jobs_max);
void prober_link_free(struct prober_link *link);

/* Starts a job for one target; ignores the job and timeout in *check.  Sets *job to the number for
 * prober_link_cancel. */
enum prober_link_status prober_link_check(struct prober_link *link, const struct wire_check *check,
                                          const struct prober_link_job_ops *ops, void *context,
                                          uint32_t *job);

/* Cancels the job: its ops are not called any more. */
void prober_link_cancel(struct prober_link *link, uint32_t job);

/* Did the prober answer a ping within the last 3 seconds? */
bool prober_link_is_ready(const struct prober_link *link);

/* How often the link has connected so far. */
uint32_t prober_link_sessions(const struct prober_link *link);

/* What portlight-fleet(8) says about the place that it offers at this socket.  All zero before it
 * did, and at a prober, which says nothing. */
const struct wire_place *prober_link_place(const struct prober_link *link);

/* Its counters as of the last ping; zero before the first. */
const struct wire_pong *prober_link_counters(const struct prober_link *link);

#endif
