/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Equal inspections are made once: who asks while one is under way waits for it, and who asks soon
 * after gets what was found then, with the time of it (struct inspection, checked_s).  A target is
 * connected to less often so, and its own quota lasts longer.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_INSPECTOR_INSPECTION_SHARES_H
#define PORTLIGHT_FRONTEND_INSPECTOR_INSPECTION_SHARES_H

#include "frontend/inspector/inspector_link.h"

struct inspection_shares;
struct inspection_share;

/* Somebody who waits; zeroed, and the owner's. */
struct inspection_subscriber {
    const struct inspector_job_ops *ops;
    void *context;
    struct inspection_share *share; /* NULL: waits for nothing */
    struct inspection_subscriber *next;
};

/* keep_s: how long an answer is good; 0: not at all.  NULL without memory. */
struct inspection_shares *inspection_shares_new(struct loop *loop, struct inspector_link *link,
                                                uint32_t keep_s);
void inspection_shares_free(struct inspection_shares *shares); /* NULL is none */

/* As inspector_link_ask; the subscriber's ops and context are set.  What breaks off on our side is
 * not kept. */
enum inspector_link_status inspection_shares_ask(struct inspection_shares *shares,
                                                 const struct inspect_ask *ask,
                                                 struct inspection_subscriber *subscriber);

/* Waits no more; its ops are not called.  The inspection itself goes on. */
void inspection_shares_leave(struct inspection_subscriber *subscriber);

#endif
