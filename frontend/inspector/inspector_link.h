/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's connection to the inspector, which reconnects by itself.  An edge; the daemon.
 * Every job ends in exactly one way and in bounded time: answered, refused, or lost.
 */
#ifndef PORTLIGHT_FRONTEND_INSPECTOR_INSPECTOR_LINK_H
#define PORTLIGHT_FRONTEND_INSPECTOR_INSPECTOR_LINK_H

#include "common/contract/inspect_wire.h"
#include "frontend/event/loop.h"

struct inspector_link;

/* Callbacks of a job.  None of them runs during inspector_link_ask. */
struct inspector_job_ops {
    void (*answered)(void *context, const struct inspection *inspection);
    void (*refused)(void *context, enum inspect_refusal reason, uint32_t retry_after_ms);
    void (*lost)(void *context); /* the inspector went away or is stuck */
};

enum inspector_link_status {
    INSPECTOR_LINK_OK = 0,
    INSPECTOR_LINK_DOWN, /* no inspector */
    INSPECTOR_LINK_FULL, /* too many jobs, or the inspector does not read */
};

/* Connects, and retries until it succeeds.  A job without an answer after longest_ms is lost.  NULL
 * without memory. */
struct inspector_link *inspector_link_new(struct loop *loop, const char *socket_path,
                                          uint32_t longest_ms);
void inspector_link_free(struct inspector_link *link); /* NULL is allowed */

/* Starts a job.  Numbers it itself and ignores the number in *ask. */
enum inspector_link_status inspector_link_ask(struct inspector_link *link,
                                              const struct inspect_ask *ask,
                                              const struct inspector_job_ops *ops, void *context);

bool inspector_link_is_ready(const struct inspector_link *link);

/* Its counters as of the last ping; zero before the first. */
const struct inspect_pong *inspector_link_counters(const struct inspector_link *link);

#endif
