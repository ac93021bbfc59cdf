/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Request coalescing: equal checks (address, ports, trace, packets) under way at the same time
 * become one job of the prober.  The prober compares the ports of a check with each other, so a
 * check of other ports never shares the job.  Packets show when they were sent, so checks with
 * packets share only within one client.  An edge; the daemon, between check.h and prober_link.h.
 */
#ifndef PORTLIGHT_FRONTEND_CHECK_COALESCE_H
#define PORTLIGHT_FRONTEND_CHECK_COALESCE_H

#include <sys/queue.h>

#include "common/base/siphash.h"
#include "frontend/link/prober_link.h"
#include "frontend/model/probe_details.h"

struct coalesce;
struct shared_check;

/* Callbacks of a subscriber.  None of them runs during coalesce_ask.  Either `port` comes once for
 * each of its ports, or `refused` or `lost` comes once and nothing follows. */
struct coalesce_ops {
    /* details belong to the shared check and are valid during the call */
    void (*port)(void *context, unsigned port_index, const struct verdict *verdict,
                 const struct probe_details *details);
    void (*refused)(void *context, const struct wire_refused *refused);
    void (*lost)(void *context); /* the prober went away, is stuck, or left out a port */
};

/* A check that waits for the answers about one target.  The caller's memory; it must not move
 * before coalesce_leave or the last callback. */
struct coalesce_subscriber {
    const struct coalesce_ops *ops;
    void *context;
    LIST_ENTRY(coalesce_subscriber) link;
    struct shared_check *shared; /* NULL: it waits for nothing */
    uint64_t late_ns;            /* how long after the check's start it joined; 0: it started it */
    uint8_t
        port_index[POLICY_PORTS_MAX]; /* maps the shared check's port index to the subscriber's */
};

/* The link must outlive it.  NULL without memory. */
struct coalesce *coalesce_new(struct prober_link *link, const uint8_t key[static SIPHASH_KEY_LEN]);
/* Call it after the last subscriber left. */
void coalesce_free(struct coalesce *coalesce);

/* How many subscribers have joined an existing check so far. */
uint64_t coalesce_shared(const struct coalesce *coalesce);

/* How many ports coalesce_ask would have probed if called now: all, or 0 if it would join an equal
 * check. */
unsigned coalesce_new_ports(const struct coalesce *coalesce, const struct wire_check *check,
                            const struct addr *client);

/* Joins an equal check or starts one; ignores the job and timeout of *check.  The caller sets the
 * subscriber's ops and context.  With any status but PROBER_LINK_OK no callback follows. */
enum prober_link_status coalesce_ask(struct coalesce *coalesce, const struct wire_check *check,
                                     const struct addr *client,
                                     struct coalesce_subscriber *subscriber);

/* Unsubscribes: no callback follows.  Does nothing if the subscriber waits for nothing.  A check
 * without subscribers is cancelled. */
void coalesce_leave(struct coalesce_subscriber *subscriber);

#endif
