/* SPDX-License-Identifier: BSD-2-Clause */
/* nats-server's configuration file, made of ours.  Pure but for the stream it writes to;
 * portlight-fleet --engine-config. */
#ifndef PORTLIGHT_FLEET_DAEMON_ENGINE_CONFIG_H
#define PORTLIGHT_FLEET_DAEMON_ENGINE_CONFIG_H

#include <stdio.h>

#include "common/config/config_keys.h"

/*
 * Everybody is who his certificate says.  A place hears questions to itself, and says nothing but
 * one answer to each, within seconds; a frontend asks and charges in its own name only, hears
 * answers and questions to itself and all charges, and says one answer to each question.
 */
void engine_config_write(const struct config *config, FILE *to);

#endif
