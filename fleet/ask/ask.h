/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frontend's side: offers each place to portlightd and portlight as a socket that speaks wire.h
 * as a prober does, forwards checks through an engine, and validates the answers.  An edge;
 * portlight-fleet.  Every check ends within bounded time, with an answer or with REFUSED.  Nothing
 * depends on a place's clock.
 */
#ifndef PORTLIGHT_FLEET_ASK_ASK_H
#define PORTLIGHT_FLEET_ASK_ASK_H

#include <sys/types.h>

#include "fleet/bus/bus.h"

struct ask;

/* Opens the sockets of all places except fleet.here, for members of the group.  Call it as root,
 * before bus_open.  config and bus must outlive it.  NULL after logging why, or if out of memory.
 */
struct ask *ask_new(struct loop *loop, const struct config *config, gid_t group, struct bus *bus);
void ask_free(struct ask *ask); /* NULL does nothing */

/* The engine is connected: subscribes, and pings each place through it. */
void ask_engine_up(struct ask *ask, unsigned engine);
void ask_engine_down(struct ask *ask, unsigned engine);

/* Refuses further checks as busy.  It is idle once the checks under way have ended. */
void ask_stop(struct ask *ask);
bool ask_is_idle(const struct ask *ask);

/* Handles a message from the engine; false if it isn't an answer to this frontend. */
bool ask_take(struct ask *ask, unsigned engine, const struct nats_event *message);

#endif
