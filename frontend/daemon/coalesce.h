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

struct inquiries;
struct inquiry;

/* What an asker is told, never from within inquiry_ask: each port that it asked for,
 * then nothing; or once that there will be no answer. */
struct inquiry_ops {
    /* the trail stays the inquiry's */
    void (*port)(void *context, unsigned port_index, const struct verdict *verdict,
                 const struct trail *trail);
    void (*refused)(void *context, const struct wire_refused *refused);
    void (*lost)(void *context); /* the prober went away, or is stuck, or left a port out */
};

/* Somebody who asks for one target; his own memory, which stays where it is until he
 * left or has all answers. */
struct inquiry_asker {
    const struct inquiry_ops *ops;
    void *context;
    LIST_ENTRY(inquiry_asker) link;
    struct inquiry *inquiry;              /* NULL: he waits for nothing */
    uint8_t port_index[POLICY_PORTS_MAX]; /* his, by the inquiry's */
};

/* NULL without memory.  The link outlives it. */
struct inquiries *inquiries_new(struct prober_link *link,
                                const uint8_t key[static SIPHASH_KEY_LEN]);
/* After the last asker is gone. */
void inquiries_free(struct inquiries *inquiries);

/* How many askers were answered by what another had asked. */
uint64_t inquiries_shared(const struct inquiries *inquiries);

/* How many ports would get SYNs if this were asked now: all, or none if somebody is
 * asking the same and has no answer yet. */
unsigned inquiry_new_ports(const struct inquiries *inquiries, const struct wire_check *check);

/* Asks; all of *check but its job and timeout is used.  ops and context of the asker
 * are set, the rest is filled in.  Not PROBER_LINK_OK: he waits for nothing. */
enum prober_link_status inquiry_ask(struct inquiries *inquiries, const struct wire_check *check,
                                    struct inquiry_asker *asker);

/* He does not want to know any more; what nobody wants to know is cancelled. */
void inquiry_leave(struct inquiry_asker *asker);

#endif
