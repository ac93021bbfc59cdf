/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listening sockets of the HTTP server: to pause them, and to see whether somebody waits.
 * An edge; the daemon.  Part of server.h, as connections.h is.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_LISTENERS_H
#define PORTLIGHT_FRONTEND_HTTP_LISTENERS_H

#include <stdbool.h>

struct evconnlistener;

enum { LISTENERS_MAX = 16 };

/* Zeroed: none. */
struct listeners {
    struct evconnlistener *all[LISTENERS_MAX];
    unsigned count;
    bool paused;
};

/* False if there are too many.  The socket stays libevent's. */
bool listeners_add(struct listeners *listeners, struct evconnlistener *listener);

/* Accept nobody, or again; those who come meanwhile wait in the kernel's queue. */
void listeners_pause(struct listeners *listeners, bool paused);

/* Is there somebody to be accepted? */
bool listeners_are_waited_for(const struct listeners *listeners);

#endif
