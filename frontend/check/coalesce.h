/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Request coalescing: equal checks (address, ports, trace, packets) under way at the same
 * time become one job of the prober.  The ports of a check are compared with each other, so
 * a check with other ports is never answered from it; packets show when they were sent, so
 * those are of one client alone.  An edge; the daemon, between check.h and prober_link.h.
 */
#ifndef PORTLIGHT_FRONTEND_CHECK_COALESCE_H
#define PORTLIGHT_FRONTEND_CHECK_COALESCE_H

#include <sys/queue.h>

#include "common/base/siphash.h"
#include "frontend/link/prober_link.h"
#include "frontend/model/probe_details.h"

struct coalesce;
struct shared_check;

/* Callbacks of a subscriber, none of them during coalesce_ask: `port` once for each of its
 * ports, or `refused` or `lost` once, after which nothing follows. */
struct coalesce_ops {
    /* details stay the shared check's */
    void (*port)(void *context, unsigned port_index, const struct verdict *verdict,
                 const struct probe_details *details);
    void (*refused)(void *context, const struct wire_refused *refused);
    void (*lost)(void *context); /* the prober went away, or is stuck, or left a port out */
};

/* One who waits for one target.  The caller's memory, which must not move until it left or has
 * all its answers. */
struct coalesce_subscriber {
    const struct coalesce_ops *ops;
    void *context;
    LIST_ENTRY(coalesce_subscriber) link;
    struct shared_check *shared;          /* NULL: it waits for nothing */
    uint64_t late_ns;                     /* after the check began that it joined; 0: its own */
    uint8_t port_index[POLICY_PORTS_MAX]; /* its own, by the shared check's */
};

/* NULL without memory.  The link outlives it. */
struct coalesce *coalesce_new(struct prober_link *link, const uint8_t key[static SIPHASH_KEY_LEN]);
/* Call it after the last subscriber left. */
void coalesce_free(struct coalesce *coalesce);

/* Subscribers so far that joined another's check. */
uint64_t coalesce_shared(const struct coalesce *coalesce);

/* How many ports would get SYNs if coalesce_ask were called now: all, or none if it would join
 * an equal check. */
unsigned coalesce_new_ports(const struct coalesce *coalesce, const struct wire_check *check,
                            const struct addr *client);

/* Joins an equal check or starts one; all of *check but its job and timeout is used.  The
 * caller sets the subscriber's ops and context.  Unless PROBER_LINK_OK, no callback follows. */
enum prober_link_status coalesce_ask(struct coalesce *coalesce, const struct wire_check *check,
                                     const struct addr *client,
                                     struct coalesce_subscriber *subscriber);

/* Leaves: no callback follows.  A check without subscribers is cancelled. */
void coalesce_leave(struct coalesce_subscriber *subscriber);

#endif
