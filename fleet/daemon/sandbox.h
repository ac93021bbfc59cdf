/* SPDX-License-Identifier: BSD-2-Clause */
/* What portlight-fleet may still ask of the kernel once it serves.  An edge. */
#ifndef PORTLIGHT_FLEET_DAEMON_SANDBOX_H
#define PORTLIGHT_FLEET_DAEMON_SANDBOX_H

#include <stdbool.h>

#include "common/config/config_keys.h"

enum { FLEET_DIRECTORIES = 4 };

/* No file but those in the directories (-1 is none), no process, no TCP but to the engines' ports:
 * rlimits, Landlock and a filter of system calls that kills.  For good.  False with errno. */
bool fleet_sandbox_enter(const struct config *config, const int readable[static FLEET_DIRECTORIES]);

#endif
