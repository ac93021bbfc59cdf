/* SPDX-License-Identifier: BSD-2-Clause */
/* Drops root privileges for good.  An edge; the inspector, once its socket and roots are open. */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_PRIVILEGE_H
#define PORTLIGHT_INSPECTOR_DAEMON_PRIVILEGE_H

#include "common/daemon/user.h"

/* The account to run as: inspector.user when started as root, otherwise the current one.  Exits if
 * the account doesn't exist or is root, prober.user or http.user. */
struct user inspector_account(const struct config *config);

/* When started as root, switches to the account, without supplementary groups.  Sets no_new_privs,
 * turns core dumps off and drops the bounding set as far as it may.  Exits if a step fails or an
 * effective or permitted capability is left. */
void inspector_privilege_drop(const struct user *account);

#endif
