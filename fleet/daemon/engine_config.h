/* SPDX-License-Identifier: BSD-2-Clause */
/* Generates a configuration for nats-server from ours.  Pure except for the stream it writes to;
 * portlight-fleet --engine-config. */
#ifndef PORTLIGHT_FLEET_DAEMON_ENGINE_CONFIG_H
#define PORTLIGHT_FLEET_DAEMON_ENGINE_CONFIG_H

#include <stdio.h>

#include "common/config/config_keys.h"

/*
 * nats-server takes each client's name from its certificate.  A place may receive questions to
 * itself and answer each once, within seconds.  A frontend may ask and charge in its own name only,
 * receive questions and answers to itself and all charges, and answer each question once.
 */
void engine_config_write(const struct config *config, FILE *to);

#endif
