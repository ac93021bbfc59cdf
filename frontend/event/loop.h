/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop: descriptors, timers, signals.  An edge; portlightd and portlight-fleet.  Wraps
 * libevent's core; only http/ and fleet/bus also use libevent.  Everything runs in one thread, one
 * callback after the other.
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

/* Sets libevent's allocator; call it before any other function. libevent crashes without memory, so
 * these functions must not return NULL. */
void loop_use_memory(void *(*allocate)(size_t len), void *(*resize)(void *memory, size_t len),
                     void (*release)(void *memory));

/* NULL without memory, like the watches and timers below. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* Runs until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* libevent's own object, for the HTTP server; it stays the loop's. */
struct event_base *loop_base(struct loop *loop);

/* Calls `ready` while the descriptor can be read or written, as selected by loop_watch_set; a new
 * watch waits for neither.  The descriptor stays the caller's: free the watch before you close
 * it. */
struct loop_watch *loop_watch_new(struct loop *loop, int fd, loop_ready_fn *ready, void *context);
void loop_watch_set(struct loop_watch *watch, bool read, bool write);
/* Changes the descriptor.  Allowed only while the watch waits for neither. */
void loop_watch_set_fd(struct loop_watch *watch, int fd);
void loop_watch_free(struct loop_watch *watch);

/* Calls `fire` once, delay_ms after the latest loop_timer_set. */
struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fire, void *context);
void loop_timer_set(struct loop_timer *timer, uint64_t delay_ms);
/* Fires in this turn of the loop, before it waits again. */
void loop_timer_now(struct loop_timer *timer);
void loop_timer_clear(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer);

/* Calls `fire` at each signal until the loop is freed.  False without memory. */
bool loop_on_signal(struct loop *loop, int signal, loop_fn *fire, void *context);

#endif
