/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/share/fleet_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/contract/seqpacket.h"

enum { RETRY_MS = 500, FRAMES_A_TURN = 64 };

struct fleet_link {
    struct loop *loop;
    char socket_path[PLACE_PATH_LEN];
    struct fleet_link_ops ops;
    int fd; /* -1: not connected */
    struct loop_watch *watch;
    struct loop_timer *retry;
    bool complained; /* of this outage */
    uint8_t frame[FRONTEND_FRAME_MAX_LEN + 1], out[FRONTEND_FRAME_MAX_LEN];
};

static void disconnect(struct fleet_link *link, const char *why)
{
    loop_watch_free(link->watch);
    link->watch = NULL;
    close(link->fd);
    link->fd = -1;
    log_warn("share", "connection lost: %s", why);
    loop_timer_set(link->retry, RETRY_MS);
    link->ops.down(link->ops.context);
}

static void on_ready(void *context, bool readable, bool writable)
{
    struct fleet_link *link = context;
    struct frontend_frame frame;
    size_t len;

    (void)writable;
    for (unsigned i = 0; readable && i < FRAMES_A_TURN && link->fd >= 0; i++) {
        switch (seqpacket_receive(link->fd, link->frame, sizeof(link->frame), &len)) {
        case SEQPACKET_OK: break;
        case SEQPACKET_AGAIN: return;
        case SEQPACKET_CLOSED: disconnect(link, "portlight-fleet closed it"); return;
        case SEQPACKET_VIOLATION: disconnect(link, "oversized message"); return;
        }
        if (!frontend_frame_read(link->frame, len, true, &frame)) {
            disconnect(link, "a message makes no sense");
            return;
        }
        link->ops.frame(link->ops.context, &frame);
    }
}

static void connect_now(void *context)
{
    struct fleet_link *link = context;

    link->fd = seqpacket_connect(link->socket_path);
    if (link->fd >= 0)
        link->watch = loop_watch_new(link->loop, link->fd, on_ready, link);
    if (link->watch != NULL) {
        loop_watch_set(link->watch, true, false);
        log_info("share", "connected to %s", link->socket_path);
        link->complained = false;
        return;
    }
    if (!link->complained)
        log_warn("share", "%s: %s; trying on", link->socket_path, strerror(errno));
    link->complained = true;
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
    loop_timer_set(link->retry, RETRY_MS);
}

struct fleet_link *fleet_link_new(struct loop *loop, const char *socket_path,
                                  const struct fleet_link_ops *ops)
{
    struct fleet_link *link = calloc(1, sizeof(*link));

    if (link == NULL)
        return NULL;
    link->loop = loop;
    link->ops = *ops;
    link->fd = -1;
    memcpy(link->socket_path, socket_path, strlen(socket_path) + 1);
    link->retry = loop_timer_new(loop, connect_now, link);
    if (link->retry == NULL) {
        free(link);
        return NULL;
    }
    loop_timer_set(link->retry, 0);
    return link;
}

void fleet_link_free(struct fleet_link *link)
{
    if (link == NULL)
        return;
    loop_watch_free(link->watch);
    if (link->fd >= 0)
        close(link->fd);
    loop_timer_free(link->retry);
    free(link);
}

bool fleet_link_send(struct fleet_link *link, const struct frontend_frame *frame)
{
    size_t len = frontend_frame_write(frame, link->out);

    return link->fd >= 0 && len > 0 && seqpacket_send(link->fd, link->out, len) == SEQPACKET_OK;
}
