/* SPDX-License-Identifier: BSD-2-Clause */
/* The connections to all engines.  An engine is a NATS server (fleet.engines); engines don't form a
 * cluster.  An edge; portlight-fleet. */
#ifndef PORTLIGHT_FLEET_BUS_BUS_H
#define PORTLIGHT_FLEET_BUS_BUS_H

#include "common/config/config_keys.h"
#include "fleet/bus/engine_link.h"

struct bus {
    struct engine_link *engines[CONFIG_ENGINES_MAX];
    unsigned count;
};

/* Connects to every engine in the list, which config_items.h has checked.  ops and tls must outlive
 * the bus.  False if out of memory; bus_close frees what is open. */
bool bus_open(struct bus *bus, struct loop *loop, struct ssl_ctx_st *tls,
              const struct config_strings *engines, const struct engine_link_ops *ops);
/* These call engine_link_set_tls and engine_link_unsubscribe for each engine. */
void bus_set_tls(struct bus *bus, struct ssl_ctx_st *tls);
void bus_unsubscribe(struct bus *bus);
/* Is every engine's link settled (engine_link_is_settled)? */
bool bus_is_settled(const struct bus *bus);
void bus_close(struct bus *bus);

#endif
