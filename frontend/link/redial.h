/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connection to the SEQPACKET socket of another program on this machine, made anew whenever it
 * is lost: after 50 ms, then after twice as long each time, up to a second.  An edge; portlightd
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
    /* Not by redial_free.  The socket is closed already. */
    void (*lost)(void *context);
};

/* `part` names the user in the log.  It and the ops must live as long; the path is copied.  Does
 * nothing before redial_now.  NULL without memory. */
struct redial *redial_new(struct loop *loop, const char *part, const char *path,
                          const struct redial_ops *ops, void *context);
void redial_free(struct redial *redial); /* NULL is none */

/* Connects at once, which may call `connected`. */
void redial_now(struct redial *redial);

/* The socket, non-blocking; -1 while there is none. */
int redial_fd(const struct redial *redial);

/* With a connection: is `ready` also to be called when it can be written? */
void redial_watch(struct redial *redial, bool write);

/* The peer is what it should be, so the next loss is the first again: told, and soon tried. */
void redial_settled(struct redial *redial);

/* Ends the connection, if there is one, says why in the log, calls `lost` and tries again later. */
void redial_hang_up(struct redial *redial, const char *why);

#endif
