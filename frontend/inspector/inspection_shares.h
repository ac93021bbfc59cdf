/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shares equal inspections.  A client that asks while one is under way waits for its answer; one
 * that asks soon afterwards gets the stored answer with its time (struct inspection, checked_s).
 * So a target sees fewer connections, and its quota lasts longer.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_INSPECTOR_INSPECTION_SHARES_H
#define PORTLIGHT_FRONTEND_INSPECTOR_INSPECTION_SHARES_H

#include "frontend/inspector/inspector_link.h"

struct inspection_shares;
struct inspection_share;

/* A waiting client.  The owner's memory, zeroed at first. */
struct inspection_subscriber {
    const struct inspector_job_ops *ops;
    void *context;
    struct inspection_share *share; /* NULL: waits for nothing */
    struct inspection_subscriber *next;
};

/* keep_s: seconds for which an answer is reused; 0: never.  NULL without memory. */
struct inspection_shares *inspection_shares_new(struct loop *loop, struct inspector_link *link,
                                                uint32_t keep_s);
void inspection_shares_free(struct inspection_shares *shares); /* NULL is allowed */

/* Like inspector_link_ask, for a subscriber whose ops and context are set.  An inspection that
 * failed on our side is not stored. */
enum inspector_link_status inspection_shares_ask(struct inspection_shares *shares,
                                                 const struct inspect_ask *ask,
                                                 struct inspection_subscriber *subscriber);

/* Unsubscribes: its ops are not called.  The inspection itself continues. */
void inspection_shares_leave(struct inspection_subscriber *subscriber);

#endif
