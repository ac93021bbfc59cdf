/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Relays messages between frontends (frontend_frame.h): from the portlightd at our socket to the
 * engines, and back.  Doesn't look into payloads.  An edge; portlight-fleet.
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
    uid_t owner; /* portlightd's user; only it, root and our own user may connect */
};

/* Opens the socket.  Call it as root, before bus_open.  What *setup points to must outlive the
 * relay.  NULL after logging why, or if out of memory. */
struct relay *relay_new(const struct relay_setup *setup);
void relay_free(struct relay *relay); /* NULL does nothing */

/* The engine is connected: subscribes. */
void relay_engine_up(struct relay *relay, unsigned engine);

/* Handles a message from the engine; false if it isn't for the relay. */
bool relay_take(struct relay *relay, unsigned engine, const struct nats_event *message);

#endif
