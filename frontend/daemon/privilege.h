/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon becomes a user who may do little, for good.  An edge; the daemon, once
 * its listening sockets are open.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_PRIVILEGE_H
#define PORTLIGHT_FRONTEND_DAEMON_PRIVILEGE_H

#include "common/daemon/config.h"

/* Started as root: becomes http.user with the group that may connect to the prober.
 * Empties the capability sets, takes new privileges and core dumps away, and ends the
 * process if anything is left. */
void portlightd_privilege_drop(const struct config *config);

#endif
