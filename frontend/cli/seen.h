/* SPDX-License-Identifier: BSD-2-Clause */
/* What was printed about each port before, so that only changes are printed.  Pure; the
 * command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_SEEN_H
#define PORTLIGHT_FRONTEND_CLI_SEEN_H

#include "frontend/model/result.h"

/* Zeroed: nothing was printed yet. */
struct seen {
    unsigned count;
    struct {
        struct addr addr;
        struct verdict verdict;
    } told[RESULT_TARGETS_MAX * POLICY_PORTS_MAX];
};

/* Remembers the verdict in place of the one of this family's port before.  Is it news:
 * another address, state, reason, disposition or actor?  Times and evidence are none. */
bool seen_take(struct seen *changes, const struct addr *addr, const struct verdict *verdict);

#endif
