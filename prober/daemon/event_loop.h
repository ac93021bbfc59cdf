/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop that connects engine, raw sockets, capture and peers.  An edge; the prober's
 * main() opens it with privileges, drops them, and runs it.
 *
 * One thread does everything but hand large batches to the kernel (raw_sender.h).  Each turn
 * waits for descriptors or the next timer, runs the engine's timers, passes on packets and
 * messages, and then sends what the engine has queued.
 */
#ifndef PORTLIGHT_PROBER_DAEMON_EVENT_LOOP_H
#define PORTLIGHT_PROBER_DAEMON_EVENT_LOOP_H

#include "common/config/config.h"
#include "common/daemon/reload.h"
#include "common/daemon/sd_notify.h"
#include "common/daemon/user.h"
#include "common/peers/peers.h"
#include "prober/daemon/sandbox.h"

struct event_loop;

/* Filled by main(); outlives the loop. */
struct event_loop_setup {
    struct config *config; /* SIGHUP replaces its policy */
    gid_t group;           /* whose members may connect */
    struct user owner;     /* whom the process becomes; owns the file of the limits */
    struct sd_notify supervisor;
    struct reload reload;
};

/* Opens all that needs privileges: source ports, raw sockets, capture, and the peers' socket
 * unless the service manager gave one.  Returns NULL after logging why; the process should
 * then exit. */
struct event_loop *event_loop_open(const struct event_loop_setup *setup);

/* Starts the sending thread; see raw_sender_start_thread for when.  Returns 0 or an errno. */
int event_loop_start_thread(struct event_loop *event_loop);

/* The descriptors that it has opened, for the sandbox. */
struct sandbox_descriptors event_loop_descriptors(const struct event_loop *event_loop);

/* Tells the service manager that it is ready, and serves until SIGTERM or SIGINT.  Then it
 * refuses new checks, waits for those under way as long as they may take, and returns true.
 * Returns false if the capture died: the process should be restarted. */
bool event_loop_run(struct event_loop *event_loop);

#endif
