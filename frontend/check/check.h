/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One check, from the request to its answer: resolver, policy, limits, prober.  An edge; the
 * daemon.
 */
#ifndef PORTLIGHT_FRONTEND_CHECK_CHECK_H
#define PORTLIGHT_FRONTEND_CHECK_CHECK_H

#include "frontend/check/checks.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

struct check_job;

/* Callbacks of a check.  None of them runs during check_begin.  `done` or `failed` comes last, and
 * the check frees itself with it: don't use it afterwards. */
struct check_ops {
    void (*resolved)(void *context, const struct result *result);
    void (*port)(void *context, const struct result_target *target, unsigned port_index);
    /* the answer about the service behind an open port is there; only if the request asks for it */
    void (*service)(void *context, const struct result_target *target, unsigned port_index);
    void (*done)(void *context, const struct result *result);
    void (*failed)(void *context, const struct problem *problem);
    /* with places: the answer or refusal of this one is complete; `port` is not called then.  NULL:
     * not wanted */
    void (*place)(void *context, unsigned index);
};

/*
 * Starts a check for this client, who has already paid 1 unit; the rest is charged once the
 * targets are known.  Returns NULL with *problem if it can't start; then no callback follows.  The
 * request and ops must outlive the check.
 */
struct check_job *check_begin(struct checks *checks, const struct request *request,
                              const struct addr *client, const struct check_ops *ops, void *context,
                              struct problem *problem);

/* The longest that a check can take, in milliseconds: a name lookup, every port silent, a trace
 * and, if there are places, the way to them and back. */
uint32_t check_longest_ms(const struct config *config);

/* The result so far, valid as long as the check.  It has no targets while the name is being
 * resolved. */
const struct result *check_result(const struct check_job *check);

/* Cancels and frees the check; no callback follows. */
void check_cancel(struct check_job *check);

#endif
