/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's event loop: descriptors, timers, signals.  An edge.  The only
 * user of libevent's core; the HTTP server beside it is the only one of its
 * HTTP part.  Everything runs in one thread, callbacks one after the other.
 */
#ifndef PORTLIGHT_FRONTEND_EVENT_LOOP_H
#define PORTLIGHT_FRONTEND_EVENT_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct loop_watch;
struct loop_timer;
struct event_base;

typedef void loop_fn(void *context);
typedef void loop_ready_fn(void *context, bool readable, bool writable);

/* Where libevent gets its memory: it does not survive being refused any, so these must
 * not.  Before all else. */
void loop_use_memory(void *(*allocate)(size_t len), void *(*resize)(void *memory, size_t len),
                     void (*release)(void *memory));

/* NULL without memory; so are the watches and timers below. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* Runs until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* For the HTTP server. */
struct event_base *loop_base(struct loop *loop);

/* Tells when the descriptor, which stays the caller's, can be read or written.
 * Starts with neither.  Freed before the descriptor is closed. */
struct loop_watch *loop_watch_new(struct loop *loop, int fd, loop_ready_fn *ready, void *context);
void loop_watch_set(struct loop_watch *watch, bool read, bool write);
/* Another descriptor, while neither direction is wanted. */
void loop_watch_aim(struct loop_watch *watch, int fd);
void loop_watch_free(struct loop_watch *watch);

/* Fires once, this many milliseconds after it was last set. */
struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fire, void *context);
void loop_timer_set(struct loop_timer *timer, uint64_t delay_ms);
/* Fires before the loop waits again, and before anything is written. */
void loop_timer_now(struct loop_timer *timer);
void loop_timer_clear(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer);

/* Until the loop is freed; false without memory. */
bool loop_on_signal(struct loop *loop, int signal, loop_fn *fire, void *context);

#endif
