/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/link/redial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/contract/seqpacket.h"

enum { FIRST_MS = 50, LAST_MS = 1000 };

struct redial {
    struct loop *loop;
    const char *part;
    char *path;
    const struct redial_ops *ops;
    void *context;
    int fd; /* -1: not connected */
    struct loop_watch *watch;
    struct loop_timer *retry;
    uint32_t retry_ms;
    int logged_error; /* the last error logged in this outage, an errno; 0: none */
};

static void retry_later(struct redial *redial)
{
    loop_timer_set(redial->retry, redial->retry_ms);
    redial->retry_ms = redial->retry_ms * 2 < LAST_MS ? redial->retry_ms * 2 : LAST_MS;
}

static void close_socket(struct redial *redial)
{
    loop_watch_free(redial->watch);
    redial->watch = NULL;
    if (redial->fd >= 0)
        close(redial->fd);
    redial->fd = -1;
}

static void on_ready(void *context, bool readable, bool writable)
{
    struct redial *redial = context;

    redial->ops->ready(redial->context, readable, writable);
}

static void connect_now(void *context)
{
    struct redial *redial = context;
    int why;

    redial->fd = seqpacket_connect(redial->path);
    if (redial->fd >= 0)
        redial->watch = loop_watch_new(redial->loop, redial->fd, on_ready, redial);
    if (redial->watch != NULL) {
        loop_watch_set(redial->watch, true, false);
        redial->ops->connected(redial->context);
        return;
    }
    why = errno;
    if (redial->logged_error != why)
        log_warn(redial->part, "%s: %s; retrying", redial->path, strerror(why));
    redial->logged_error = why;
    close_socket(redial);
    retry_later(redial);
}

struct redial *redial_new(struct loop *loop, const char *part, const char *path,
                          const struct redial_ops *ops, void *context)
{
    struct redial *redial = malloc(sizeof(*redial));

    if (redial == NULL)
        return NULL;
    *redial = (struct redial){
        .loop = loop,
        .part = part,
        .path = strdup(path),
        .ops = ops,
        .context = context,
        .fd = -1,
        .retry = loop_timer_new(loop, connect_now, redial),
        .retry_ms = FIRST_MS,
    };
    if (redial->path == NULL || redial->retry == NULL) {
        redial_free(redial);
        return NULL;
    }
    return redial;
}

void redial_free(struct redial *redial)
{
    if (redial == NULL)
        return;
    close_socket(redial);
    loop_timer_free(redial->retry);
    free(redial->path);
    free(redial);
}

void redial_now(struct redial *redial)
{
    connect_now(redial);
}

int redial_fd(const struct redial *redial)
{
    return redial->fd;
}

void redial_watch(struct redial *redial, bool write)
{
    loop_watch_set(redial->watch, true, write);
}

void redial_confirm(struct redial *redial)
{
    redial->retry_ms = FIRST_MS;
    redial->logged_error = 0;
}

void redial_hang_up(struct redial *redial, const char *why)
{
    if (redial->fd < 0)
        return;
    close_socket(redial);
    log_warn(redial->part, "connection lost: %s", why);
    retry_later(redial);
    redial->ops->lost(redial->context);
}
