/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What frontends have to say to each other (frontend_frame.h): from the portlightd at our socket
 * to all engines, and from there to it.  Reads none of it.  An edge; portlight-fleet.
 */
#ifndef PORTLIGHT_FLEET_SHARE_RELAY_H
#define PORTLIGHT_FLEET_SHARE_RELAY_H

#include <sys/types.h>

#include "fleet/bus/bus.h"

struct relay;

struct relay_setup {
    struct loop *loop;
    const struct config *config;
    const struct bus *bus;
    gid_t group; /* of the socket */
    uid_t owner; /* who may speak there, besides root and us: portlightd's user */
};

/* Opens the socket, as root, before the bus is there; all of the setup outlives it.  NULL after
 * logging why. */
struct relay *relay_new(const struct relay_setup *setup);
void relay_free(struct relay *relay); /* NULL is none */

/* The engine took us: subscribes. */
void relay_engine_up(struct relay *relay, unsigned engine);

/* A message of the engine's; false if it is nothing of ours. */
bool relay_take(struct relay *relay, unsigned engine, const struct nats_event *message);

#endif
