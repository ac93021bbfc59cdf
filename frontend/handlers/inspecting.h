/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One inspection, from the request to its answer: a check of the port, then the inspector for each
 * address where the port is open.  An edge; the daemon, if it has an inspector.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_INSPECTING_H
#define PORTLIGHT_FRONTEND_HANDLERS_INSPECTING_H

#include "frontend/handlers/request_context.h"
#include "frontend/model/inspected.h"
#include "frontend/model/tls_request.h"

struct inspecting;

/* Callbacks of an inspection.  None of them runs during inspecting_begin.  `done` or `failed` comes
 * last, and the inspection frees itself with it. */
struct inspecting_ops {
    void (*resolved)(void *context, const struct result *result);
    void (*port)(void *context, const struct result_target *target, unsigned port_index);
    void (*inspected)(void *context, const struct inspected *inspected, unsigned target);
    void (*done)(void *context, const struct inspected *inspected);
    void (*failed)(void *context, const struct problem *problem);
};

/* Charges what an inspection costs in addition to the check; `paid` units were charged before.
 * False with *problem. */
bool inspecting_charge(const struct router *router, const struct addr *client,
                       const struct tls_request *asked, uint32_t paid, struct problem *problem);

/* Starts an inspection that was charged; *asked is copied.  Returns NULL with *problem if it can't
 * start; then no callback follows. */
struct inspecting *inspecting_begin(struct router *router, const struct tls_request *asked,
                                    const struct addr *client, const struct inspecting_ops *ops,
                                    void *context, struct problem *problem);

/* The check's result so far; NULL once the inspector is at work. */
const struct result *inspecting_result(const struct inspecting *inspecting);

/* Cancels and frees the inspection; no callback follows. */
void inspecting_cancel(struct inspecting *inspecting);

#endif
