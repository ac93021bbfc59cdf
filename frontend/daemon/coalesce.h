/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the prober is asked just now: equal questions (address, ports, trace, packets)
 * once, for all who want to know.  Ports of one question are compared with each other, so
 * other questions are not answered from it.  An edge; the daemon, between check.h and
 * prober_link.h.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_COALESCE_H
#define PORTLIGHT_FRONTEND_DAEMON_COALESCE_H

#include <sys/queue.h>

#include "common/base/siphash.h"
#include "frontend/daemon/prober_link.h"
#include "frontend/model/probe_details.h"

struct coalesce;
struct shared_check;

/* What an subscriber is told, never from within coalesce_ask: each port that it asked for,
 * then nothing; or once that there will be no answer. */
struct coalesce_ops {
    /* the trail stays the inquiry's */
    void (*port)(void *context, unsigned port_index, const struct verdict *verdict,
                 const struct probe_details *details);
    void (*refused)(void *context, const struct wire_refused *refused);
    void (*lost)(void *context); /* the prober went away, or is stuck, or left a port out */
};

/* Somebody who asks for one target; his own memory, which stays where it is until he
 * left or has all answers. */
struct coalesce_subscriber {
    const struct coalesce_ops *ops;
    void *context;
    LIST_ENTRY(coalesce_subscriber) link;
    struct shared_check *shared;          /* NULL: he waits for nothing */
    uint8_t port_index[POLICY_PORTS_MAX]; /* his, by the inquiry's */
};

/* NULL without memory.  The link outlives it. */
struct coalesce *coalesce_new(struct prober_link *link, const uint8_t key[static SIPHASH_KEY_LEN]);
/* After the last subscriber is gone. */
void coalesce_free(struct coalesce *coalesce);

/* How many subscribers were answered by what another had asked. */
uint64_t coalesce_shared(const struct coalesce *coalesce);

/* How many ports would get SYNs if this were asked now: all, or none if somebody is
 * asking the same and has no answer yet. */
unsigned coalesce_new_ports(const struct coalesce *coalesce, const struct wire_check *check);

/* Asks; all of *check but its job and timeout is used.  ops and context of the subscriber
 * are set, the rest is filled in.  Not PROBER_LINK_OK: he waits for nothing. */
enum prober_link_status coalesce_ask(struct coalesce *coalesce, const struct wire_check *check,
                                     struct coalesce_subscriber *subscriber);

/* He does not want to know any more; what nobody wants to know is cancelled. */
void coalesce_leave(struct coalesce_subscriber *subscriber);

#endif
