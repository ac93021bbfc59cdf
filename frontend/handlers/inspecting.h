/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An inspection from the request to its answer: a check of the port, and behind each address
 * where it is open the inspector.  An edge; the daemon, which has an inspector.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_INSPECTING_H
#define PORTLIGHT_FRONTEND_HANDLERS_INSPECTING_H

#include "frontend/handlers/request_context.h"
#include "frontend/model/inspected.h"
#include "frontend/model/tls_request.h"

struct inspecting;

/* Callbacks of an inspection, none of them during inspecting_begin.  `done` or `failed` comes last
 * and frees it. */
struct inspecting_ops {
    void (*resolved)(void *context, const struct result *result);
    void (*port)(void *context, const struct result_target *target, unsigned port_index);
    void (*inspected)(void *context, const struct inspected *inspected, unsigned target);
    void (*done)(void *context, const struct inspected *inspected);
    void (*failed)(void *context, const struct problem *problem);
};

/* Takes what an inspection costs besides the check, of which `paid` units were charged already;
 * false with *problem. */
bool inspecting_charge(const struct router *router, const struct addr *visitor,
                       const struct tls_request *asked, uint32_t paid, struct problem *problem);

/* Starts one that was charged; *asked is copied.  NULL with *problem if it can't start: no callback
 * follows. */
struct inspecting *inspecting_begin(struct router *router, const struct tls_request *asked,
                                    const struct addr *visitor, const struct inspecting_ops *ops,
                                    void *context, struct problem *problem);

/* The check's result so far; NULL once the inspector is at work. */
const struct result *inspecting_result(const struct inspecting *inspecting);

/* Ends the inspection and frees it: no callback follows. */
void inspecting_cancel(struct inspecting *inspecting);

#endif
