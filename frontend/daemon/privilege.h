/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drops root for good.  An edge; the daemon, once its listening sockets are open.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_PRIVILEGE_H
#define PORTLIGHT_FRONTEND_DAEMON_PRIVILEGE_H

#include "common/daemon/config.h"

/* Started as root: becomes http.user with the group that may connect to the prober.
 * Empties the capability sets, sets no_new_privs, forbids core dumps, and ends the process
 * with a log line if any of it fails or a capability is left. */
void portlightd_privilege_drop(const struct config *config);

#endif
