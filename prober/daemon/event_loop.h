/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop that joins engine, raw sockets, capture and peers.  An edge; the
 * prober, after its privileges are gone.
 */
#ifndef PORTLIGHT_PROBER_DAEMON_EVENT_LOOP_H
#define PORTLIGHT_PROBER_DAEMON_EVENT_LOOP_H

#include "common/daemon/config.h"
#include "common/daemon/reload.h"
#include "common/daemon/sd_notify.h"
#include "common/daemon/user.h"
#include "prober/daemon/peers.h"
#include "prober/daemon/sandbox.h"

struct event_loop;

/* What it serves with; filled by main, outlives it. */
struct event_loop_setup {
    struct config *config; /* its policy is replaced on SIGHUP */
    gid_t group;           /* that may connect */
    struct user owner;     /* whom the process becomes; owns the file of the limits */
    struct sd_notify supervisor;
    struct reload reload;
};

/* Opens all that needs privilege: source ports, raw sockets, capture, the
 * peers' socket unless the supervisor gave it.  NULL after logging why. */
struct event_loop *event_loop_open(const struct event_loop_setup *setup);

/* Starts the thread that helps with sending, when nothing is left that it should not have.
 * 0 or an errno. */
int event_loop_start_thread(struct event_loop *event_loop);

/* What it opened, for the sandbox. */
struct sandbox_descriptors event_loop_descriptors(const struct event_loop *event_loop);

/* Says that it is ready, and serves until SIGTERM or SIGINT: then takes nothing new, finishes what
 * is under way and returns true.  False when the capture died: a restart is needed. */
bool event_loop_run(struct event_loop *event_loop);

#endif
