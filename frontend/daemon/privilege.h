/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drops root for good.  An edge; the daemon, once its listening sockets are open.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_PRIVILEGE_H
#define PORTLIGHT_FRONTEND_DAEMON_PRIVILEGE_H

#include "common/daemon/user.h"

/* Who the daemon will be: started as root http.user, else who it is.  Ends the process if that
 * may not be. */
struct user privilege_account(const struct config *config);

/* Started as root: becomes the account, with the group that may connect to the prober.
 * Empties the capability sets, takes new privileges and core dumps away, and ends the
 * process if anything is left. */
void portlightd_privilege_drop(const struct config *config, const struct user *account);

#endif
