/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop that joins engine, raw sockets, capture and clients.  An edge; the
 * prober, after its privileges are gone.
 */
#ifndef PORTLIGHT_PROBER_DAEMON_EVENT_LOOP_H
#define PORTLIGHT_PROBER_DAEMON_EVENT_LOOP_H

#include "common/daemon/config.h"
#include "common/daemon/reload.h"
#include "common/daemon/sd_notify.h"
#include "prober/daemon/peers.h"
#include "prober/daemon/sandbox.h"

struct serve;

/* What it serves with; filled by main, outlives it. */
struct serve_setup {
    struct config *config; /* its policy is replaced on SIGHUP */
    gid_t group;           /* that may connect */
    struct supervisor supervisor;
    struct reload reload;
};

/* Opens all that needs privilege: source ports, raw sockets, capture, the
 * clients' socket unless the supervisor gave it.  NULL after logging why. */
struct serve *serve_open(const struct serve_setup *setup);

/* Starts the thread that helps with sending, when nothing is left that it should not have.
 * 0 or an errno. */
int serve_start_thread(struct serve *serve);

/* What it opened, for the sandbox. */
struct sandbox_descriptors serve_descriptors(const struct serve *serve);

/* Says that it is ready, and serves until SIGTERM or SIGINT: then takes nothing new, finishes what
 * is under way and returns true.  False when the capture died: a restart is needed. */
bool serve_run(struct serve *serve);

#endif
