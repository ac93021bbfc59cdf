/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connection to another program's SEQPACKET socket on this machine.  A lost connection is
 * retried after 50 ms, then after twice as long each time, up to a second.  An edge; portlightd
 * and portlight-fleet.
 */
#ifndef PORTLIGHT_FRONTEND_LINK_REDIAL_H
#define PORTLIGHT_FRONTEND_LINK_REDIAL_H

#include <stdbool.h>

#include "frontend/event/loop.h"

struct redial;

struct redial_ops {
    void (*connected)(void *context);
    void (*ready)(void *context, bool readable, bool writable);
    /* The socket is closed already. redial_free does not call it. */
    void (*lost)(void *context);
};

/* `part` names the connection in the log.  It and the ops must outlive the redial; the path is
 * copied.  Nothing happens before redial_now.  NULL without memory. */
struct redial *redial_new(struct loop *loop, const char *part, const char *path,
                          const struct redial_ops *ops, void *context);
void redial_free(struct redial *redial); /* NULL is allowed */

/* Connects now, which may call `connected`. */
void redial_now(struct redial *redial);

/* The socket, non-blocking; -1 while there is none. */
int redial_fd(const struct redial *redial);

/* While connected: also call `ready` when the socket is writable? */
void redial_watch(struct redial *redial, bool write);

/* Call this once the peer has proved to be the right program: the next loss is then logged and soon
 * retried, like the first one. */
void redial_confirm(struct redial *redial);

/* Closes the connection if there is one, logs why, calls `lost` and retries later. */
void redial_hang_up(struct redial *redial, const char *why);

#endif
