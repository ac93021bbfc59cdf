/* SPDX-License-Identifier: BSD-2-Clause */
/* What portlight-fleet may still do once it serves.  An edge; portlight-fleet. */
#ifndef PORTLIGHT_FLEET_DAEMON_SANDBOX_H
#define PORTLIGHT_FLEET_DAEMON_SANDBOX_H

#include <stdbool.h>

#include "common/config/config_keys.h"

enum { FLEET_DIRECTORIES = 4 };

/* Allows reading files in these directories (-1: none) and TCP connections to the engines' ports;
 * no other files, processes or connections.  Uses rlimits, Landlock (where the kernel has it) and a
 * seccomp filter that kills.  Irreversible.  False with errno. */
bool fleet_sandbox_enter(const struct config *config, const int readable[static FLEET_DIRECTORIES]);

#endif
