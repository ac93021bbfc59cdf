/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's connection to its portlight-fleet, through which it talks to other frontends
 * (frontend_frame.h).  Reconnects by itself.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_FLEET_LINK_H
#define PORTLIGHT_FRONTEND_SHARE_FLEET_LINK_H

#include "common/contract/frontend_frame.h"
#include "frontend/event/loop.h"

struct fleet_link;

/* None of these runs during a call to the link. */
struct fleet_link_ops {
    void (*frame)(void *context, const struct frontend_frame *frame);
    void (*down)(void *context); /* open questions will get no answer */
    void *context;
};

/* Connects, and retries until it succeeds.  NULL without memory. */
struct fleet_link *fleet_link_new(struct loop *loop, const char *socket_path,
                                  const struct fleet_link_ops *ops);
void fleet_link_free(struct fleet_link *link); /* NULL is allowed */

/* False if it is not connected, or its socket buffer is full. */
bool fleet_link_send(struct fleet_link *link, const struct frontend_frame *frame);

#endif
