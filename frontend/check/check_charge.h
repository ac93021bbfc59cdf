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
    const struct addr *client;
    bool trace;           /* on return false if the limits had no room for it */
    unsigned place_count; /* each costs as much as one check; 0: only the local prober */
};

/* Charges every limit, or none if one of them refuses; then returns false with *problem.  A trace
 * that nobody asked for explicitly is dropped rather than refused: then setup->trace is false on
 * return. */
bool check_charge_take(struct check_charge_setup *setup, struct problem *problem);

/* The message that asks a prober about this target; its job and timeout are not set. */
struct wire_check check_question(const struct request *request, bool trace,
                                 const struct addr *target);

#endif
