/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A check from the request to its answer: resolver, policy, limits, prober.  An edge; the
 * daemon.
 */
#ifndef PORTLIGHT_FRONTEND_CHECK_CHECK_H
#define PORTLIGHT_FRONTEND_CHECK_CHECK_H

#include "frontend/check/checks.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

struct check_job;

/* Callbacks of a check, none of them during check_begin.  `done` or `failed` comes last and
 * frees the check. */
struct check_ops {
    void (*resolved)(void *context, const struct result *result);
    void (*port)(void *context, const struct result_target *target, unsigned port_index);
    /* What is behind an open port was found out, where that is asked (request.h). */
    void (*service)(void *context, const struct result_target *target, unsigned port_index);
    void (*done)(void *context, const struct result *result);
    void (*failed)(void *context, const struct problem *problem);
    /* of a check that asks places: this one's answer is whole, or its refusal; no port is told
     * then.  NULL: not wanted */
    void (*place)(void *context, unsigned index);
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
