/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's connection to its portlight-fleet, by which it speaks to other frontends
 * (frontend_frame.h); it reconnects by itself.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_FLEET_LINK_H
#define PORTLIGHT_FRONTEND_SHARE_FLEET_LINK_H

#include "common/contract/frontend_frame.h"
#include "frontend/event/loop.h"

struct fleet_link;

/* None of them during a call of the link's. */
struct fleet_link_ops {
    void (*frame)(void *context, const struct frontend_frame *frame);
    void (*down)(void *context); /* no question will be answered any more */
    void *context;
};

/* Connects, and tries again until it works.  NULL without memory. */
struct fleet_link *fleet_link_new(struct loop *loop, const char *socket_path,
                                  const struct fleet_link_ops *ops);
void fleet_link_free(struct fleet_link *link); /* NULL is none */

/* False if nobody is there, or has no room now. */
bool fleet_link_send(struct fleet_link *link, const struct frontend_frame *frame);

#endif
