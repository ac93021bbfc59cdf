/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/listeners.h"

#include <event2/listener.h>
#include <poll.h>

bool listeners_add(struct listeners *listeners, struct evconnlistener *listener)
{
    if (listeners->count == LISTENERS_MAX)
        return false;
    listeners->all[listeners->count++] = listener;
    return true;
}

void listeners_pause(struct listeners *listeners, bool paused)
{
    if (listeners->paused == paused)
        return;
    listeners->paused = paused;
    for (unsigned i = 0; i < listeners->count; i++) {
        if (paused)
            evconnlistener_disable(listeners->all[i]);
        else
            evconnlistener_enable(listeners->all[i]);
    }
}

bool listeners_have_pending(const struct listeners *listeners)
{
    struct pollfd fds[LISTENERS_MAX];

    for (unsigned i = 0; i < listeners->count; i++)
        fds[i] = (struct pollfd){.fd = evconnlistener_get_fd(listeners->all[i]), .events = POLLIN};
    return poll(fds, listeners->count, 0) > 0;
}
