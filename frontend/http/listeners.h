/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listening sockets of the HTTP server: pauses them, and shows whether clients are waiting.
 * An edge; the daemon.  Part of connections.h, the only header that includes it.
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

/* Stops accepting, or starts again.  New clients meanwhile wait in the kernel's queue. */
void listeners_pause(struct listeners *listeners, bool paused);

/* Is a client waiting to be accepted? */
bool listeners_have_pending(const struct listeners *listeners);

#endif
