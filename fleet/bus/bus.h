/* SPDX-License-Identifier: BSD-2-Clause */
/* The engines that this process is connected to, which know nothing of each other.  An edge;
 * portlight-fleet. */
#ifndef PORTLIGHT_FLEET_BUS_BUS_H
#define PORTLIGHT_FLEET_BUS_BUS_H

#include "common/config/config_keys.h"
#include "fleet/bus/engine_link.h"

struct bus {
    struct engine_link *engines[CONFIG_ENGINES_MAX];
    unsigned count;
};

/* Connects to every engine of the list (config_items.h has read it).  ops outlives the bus.
 * False without memory. */
bool bus_open(struct bus *bus, struct loop *loop, struct ssl_ctx_st *tls,
              const struct config_strings *engines, const struct engine_link_ops *ops);
/* engine_link_set_tls of all. */
void bus_set_tls(struct bus *bus, struct ssl_ctx_st *tls);
/* engine_link_unsubscribe of all, and engine_link_is_settled. */
void bus_unsubscribe(struct bus *bus);
bool bus_is_settled(const struct bus *bus);
void bus_close(struct bus *bus);

#endif
