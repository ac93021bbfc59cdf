/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/event/loop.h"

#include <event2/event.h>
#include <stdlib.h>

enum { SIGNALS_MAX = 4 };

struct signal_watch {
    struct event *event;
    loop_fn *fire;
    void *context;
};

struct loop {
    struct event_base *base;
    struct signal_watch signals[SIGNALS_MAX];
    unsigned signal_count;
};

struct loop_watch {
    struct loop *loop;
    struct event *event; /* NULL while it waits for neither */
    int fd;
    short wanted;
    loop_ready_fn *ready;
    void *context;
};

struct loop_timer {
    struct event *event;
    loop_fn *fire;
    void *context;
};

void loop_use_memory(void *(*allocate)(size_t len), void *(*resize)(void *memory, size_t len),
                     void (*release)(void *memory))
{
    event_set_mem_functions(allocate, resize, release);
}

struct loop *loop_new(void)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    struct event_config *config = event_config_new();

    /* a connection switches from reading to writing and back with each request; with a changelist,
     * a change that is undone before the loop waits again costs no system call.  No descriptor here
     * is a duplicate, as this requires */
    if (loop != NULL && config != NULL &&
        event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0)
        loop->base = event_base_new_with_config(config);
    if (config != NULL)
        event_config_free(config);
    if (loop == NULL || loop->base == NULL) {
        free(loop);
        return NULL;
    }
    return loop;
}

void loop_free(struct loop *loop)
{
    for (unsigned i = 0; i < loop->signal_count; i++)
        event_free(loop->signals[i].event);
    event_base_free(loop->base);
    free(loop);
}

void loop_run(struct loop *loop)
{
    event_base_dispatch(loop->base);
}

void loop_stop(struct loop *loop)
{
    event_base_loopbreak(loop->base);
}

struct event_base *loop_base(struct loop *loop)
{
    return loop->base;
}

static void on_ready(evutil_socket_t fd, short events, void *context)
{
    struct loop_watch *watch = context;

    (void)fd;
    watch->ready(watch->context, (events & EV_READ) != 0, (events & EV_WRITE) != 0);
}

struct loop_watch *loop_watch_new(struct loop *loop, int fd, loop_ready_fn *ready, void *context)
{
    struct loop_watch *watch = calloc(1, sizeof(*watch));

    if (watch != NULL)
        *watch = (struct loop_watch){.loop = loop, .fd = fd, .ready = ready, .context = context};
    return watch;
}

void loop_watch_set(struct loop_watch *watch, bool read, bool write)
{
    short wanted = (short)((read ? EV_READ : 0) | (write ? EV_WRITE : 0));

    if (wanted == watch->wanted)
        return;
    if (watch->event != NULL)
        event_free(watch->event);
    watch->event = NULL;
    watch->wanted = wanted;
    if (wanted == 0)
        return;
    watch->event =
        event_new(watch->loop->base, watch->fd, (short)(wanted | EV_PERSIST), on_ready, watch);
    if (watch->event != NULL)
        event_add(watch->event, NULL);
}

void loop_watch_set_fd(struct loop_watch *watch, int fd)
{
    watch->fd = fd;
}

void loop_watch_free(struct loop_watch *watch)
{
    if (watch == NULL)
        return;
    if (watch->event != NULL)
        event_free(watch->event);
    free(watch);
}

static void on_timer(evutil_socket_t fd, short events, void *context)
{
    struct loop_timer *timer = context;

    (void)fd, (void)events;
    timer->fire(timer->context);
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fire, void *context)
{
    struct loop_timer *timer = calloc(1, sizeof(*timer));

    if (timer == NULL)
        return NULL;
    timer->fire = fire;
    timer->context = context;
    timer->event = event_new(loop->base, -1, 0, on_timer, timer);
    if (timer->event == NULL) {
        free(timer);
        return NULL;
    }
    return timer;
}

void loop_timer_set(struct loop_timer *timer, uint64_t delay_ms)
{
    struct timeval delay = {
        .tv_sec = (time_t)(delay_ms / 1000),
        .tv_usec = (suseconds_t)(delay_ms % 1000 * 1000),
    };

    event_add(timer->event, &delay);
}

void loop_timer_now(struct loop_timer *timer)
{
    event_active(timer->event, EV_TIMEOUT, 0);
}

void loop_timer_clear(struct loop_timer *timer)
{
    event_del(timer->event);
}

void loop_timer_free(struct loop_timer *timer)
{
    if (timer == NULL)
        return;
    event_free(timer->event);
    free(timer);
}

static void on_signal(evutil_socket_t fd, short events, void *context)
{
    struct signal_watch *watch = context;

    (void)fd, (void)events;
    watch->fire(watch->context);
}

bool loop_on_signal(struct loop *loop, int signal, loop_fn *fire, void *context)
{
    struct signal_watch *watch = &loop->signals[loop->signal_count];

    if (loop->signal_count == SIGNALS_MAX)
        return false;
    *watch = (struct signal_watch){.fire = fire, .context = context};
    watch->event = evsignal_new(loop->base, signal, on_signal, watch);
    if (watch->event == NULL)
        return false;
    loop->signal_count++;
    return event_add(watch->event, NULL) == 0;
}
