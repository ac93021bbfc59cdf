/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Places for portlightd and portlight: offers each as a socket that speaks wire.h as a prober
 * does, asks by the engine, and checks what comes back.  An edge; portlight-fleet.  Every question
 * ends in bounded time: an answer, or REFUSED with a reason of the place's.  Nothing depends on a
 * place's clock.
 */
#ifndef PORTLIGHT_FLEET_ASK_ASK_H
#define PORTLIGHT_FLEET_ASK_ASK_H

#include <sys/types.h>

#include "fleet/bus/bus.h"

struct ask;

/* Opens the sockets of all places but fleet.here, for the group.  As root, before the bus is
 * there; config outlives it.  NULL after logging why. */
struct ask *ask_new(struct loop *loop, const struct config *config, gid_t group, struct bus *bus);
void ask_free(struct ask *ask);

/* The engine took us: subscribes, and looks which places it has. */
void ask_engine_up(struct ask *ask, unsigned engine);
void ask_engine_down(struct ask *ask, unsigned engine);

/* Further checks are refused as busy; it is idle when those under way have ended. */
void ask_stop(struct ask *ask);
bool ask_is_idle(const struct ask *ask);

/* A message of the engine's; false if it is no answer to this frontend. */
bool ask_take(struct ask *ask, unsigned engine, const struct nats_event *message);

#endif
