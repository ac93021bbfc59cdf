/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/share/fleet_link.h"

#include <stdlib.h>

#include "common/base/log.h"
#include "common/contract/seqpacket.h"
#include "frontend/link/redial.h"

enum { FRAMES_PER_TURN = 64 };

struct fleet_link {
    struct redial *redial;
    struct fleet_link_ops ops;
    uint8_t frame[FRONTEND_FRAME_MAX_LEN + 1], out[FRONTEND_FRAME_MAX_LEN];
};

static void on_lost(void *context)
{
    struct fleet_link *link = context;

    link->ops.down(link->ops.context);
}

static void on_ready(void *context, bool readable, bool writable)
{
    struct fleet_link *link = context;
    struct frontend_frame frame;
    size_t len;

    (void)writable;
    for (unsigned i = 0; readable && i < FRAMES_PER_TURN && redial_fd(link->redial) >= 0; i++) {
        switch (
            seqpacket_receive(redial_fd(link->redial), link->frame, sizeof(link->frame), &len)) {
        case SEQPACKET_OK: break;
        case SEQPACKET_AGAIN: return;
        case SEQPACKET_CLOSED:
            redial_hang_up(link->redial, "portlight-fleet closed the connection");
            return;
        case SEQPACKET_VIOLATION: redial_hang_up(link->redial, "oversized message"); return;
        }
        if (!frontend_frame_read(link->frame, len, true, &frame)) {
            redial_hang_up(link->redial, "malformed message");
            return;
        }
        redial_confirm(link->redial);
        link->ops.frame(link->ops.context, &frame);
    }
}

static void on_connected(void *context)
{
    (void)context;
    log_info("share", "connected to portlight-fleet");
}

struct fleet_link *fleet_link_new(struct loop *loop, const char *socket_path,
                                  const struct fleet_link_ops *ops)
{
    static const struct redial_ops redial_ops = {on_connected, on_ready, on_lost};
    struct fleet_link *link = calloc(1, sizeof(*link));

    if (link == NULL)
        return NULL;
    link->ops = *ops;
    link->redial = redial_new(loop, "share", socket_path, &redial_ops, link);
    if (link->redial == NULL) {
        free(link);
        return NULL;
    }
    redial_now(link->redial);
    return link;
}

void fleet_link_free(struct fleet_link *link)
{
    if (link == NULL)
        return;
    redial_free(link->redial);
    free(link);
}

bool fleet_link_send(struct fleet_link *link, const struct frontend_frame *frame)
{
    size_t len = frontend_frame_write(frame, link->out);
    int fd = redial_fd(link->redial);

    return fd >= 0 && len > 0 && seqpacket_send(fd, link->out, len) == SEQPACKET_OK;
}
