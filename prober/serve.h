/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop that joins engine, raw sockets, capture and clients.  An edge; the
 * prober, after its privileges are gone.
 */
#ifndef PORTLIGHT_SERVE_H
#define PORTLIGHT_SERVE_H

#include "common/config.h"
#include "prober/clients.h"
#include "prober/sandbox.h"

struct serve;

/* Opens all that needs privilege: source ports, raw sockets, capture, the
 * clients' socket.  NULL after logging why. */
struct serve *serve_open(const struct config *config, gid_t group);

/* What it opened, for the sandbox. */
struct sandbox_descriptors serve_descriptors(const struct serve *serve);

/* Serves until SIGTERM or SIGINT: then takes nothing new, finishes what is under
 * way and returns true.  False when the capture died: a restart is needed. */
bool serve_run(struct serve *serve);

#endif
