/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/config/config_derived.h"

static uint32_t at_least(uint32_t least, uint32_t value)
{
    return value > least ? value : least;
}

/* The limits of a client beside its quota: if the quota is off, so are they by default. */
static void derive(uint32_t *limit, uint32_t quota, uint32_t preset)
{
    if (*limit == CONFIG_UNSET)
        *limit = quota > 0 ? preset : 0;
}

void config_derive(struct config *config)
{
    uint32_t quota = config->limits.client_quota;
    uint32_t connections = config->limits.max_pending + CONFIG_CONNECTIONS_EXTRA;

    derive(&config->limits.client_connections, quota, at_least(CONFIG_CLIENT_CONNECTIONS, quota));
    derive(&config->limits.client_checks, quota, at_least(CONFIG_CLIENT_CHECKS, quota / 2));
    derive(&config->limits.client_targets, quota, quota);
    config->limits.max_connections_given = config->limits.max_connections != CONFIG_UNSET;
    if (!config->limits.max_connections_given)
        config->limits.max_connections =
            connections < CONFIG_CONNECTIONS_MAX ? connections : CONFIG_CONNECTIONS_MAX;
}
