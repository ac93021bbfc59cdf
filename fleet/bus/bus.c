/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/bus/bus.h"

#include <string.h>

bool bus_open(struct bus *bus, struct loop *loop, struct ssl_ctx_st *tls,
              const struct config_strings *engines, const struct engine_link_ops *ops)
{
    struct endpoint at;

    memset(bus, 0, sizeof(*bus));
    for (unsigned i = 0; i < engines->count && i < CONFIG_ENGINES_MAX; i++) {
        if (!endpoint_parse(engines->items[i], &at))
            return false;
        bus->engines[i] = engine_link_new(loop, tls, &at, i, ops);
        if (bus->engines[i] == NULL)
            return false;
        bus->count++;
    }
    return true;
}

void bus_set_tls(struct bus *bus, struct ssl_ctx_st *tls)
{
    for (unsigned i = 0; i < bus->count; i++)
        engine_link_set_tls(bus->engines[i], tls);
}

void bus_unsubscribe(struct bus *bus)
{
    for (unsigned i = 0; i < bus->count; i++)
        engine_link_unsubscribe(bus->engines[i]);
}

bool bus_is_settled(const struct bus *bus)
{
    for (unsigned i = 0; i < bus->count; i++)
        if (!engine_link_is_settled(bus->engines[i]))
            return false;
    return true;
}

void bus_close(struct bus *bus)
{
    for (unsigned i = 0; i < bus->count; i++)
        engine_link_free(bus->engines[i]);
    bus->count = 0;
}
