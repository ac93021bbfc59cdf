/* SPDX-License-Identifier: BSD-2-Clause */
/* What --watch printed about each port, so that it prints only changes.  Pure; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_SEEN_H
#define PORTLIGHT_FRONTEND_CLI_SEEN_H

#include "frontend/model/result.h"

/* Zeroed: nothing has been printed. */
struct seen {
    unsigned count;
    struct {
        struct addr addr;
        struct verdict verdict;
    } printed[RESULT_TARGETS_MAX * POLICY_PORTS_MAX];
};

/* Stores the verdict, replacing the previous one for this port and address family.  Returns whether
 * it is news: another address, state, reason, disposition or actor.  Times and evidence don't
 * count. */
bool seen_take(struct seen *changes, const struct addr *addr, const struct verdict *verdict);

#endif
