/* SPDX-License-Identifier: BSD-2-Clause */
/* What a check costs its client and its targets.  An edge; the daemon, a part of check.h. */
#ifndef PORTLIGHT_FRONTEND_CHECK_CHECK_CHARGE_H
#define PORTLIGHT_FRONTEND_CHECK_CHECK_CHARGE_H

#include "frontend/check/checks.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

struct check_charge_setup {
    const struct checks *checks;
    const struct request *request;
    const struct result *result; /* with its targets */
    const struct addr *visitor;
    bool trace;           /* request.h: it may give way */
    unsigned place_count; /* each costs as much as one check; 0: the local prober alone */
};

/* Takes of every limit, or if one of them refuses, of none: false with *problem.  A trace that
 * nobody asked for by name is no reason to refuse: then without it, and setup->trace is false. */
bool check_charge_take(struct check_charge_setup *setup, struct problem *problem);

/* The question about this target, for a prober. */
struct wire_check check_question(const struct request *request, bool trace,
                                 const struct addr *target);

#endif
