/* SPDX-License-Identifier: BSD-2-Clause */
/* Drops root for good.  An edge; the inspector, once its socket and its roots are open. */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_PRIVILEGE_H
#define PORTLIGHT_INSPECTOR_DAEMON_PRIVILEGE_H

#include "common/daemon/user.h"

/* Who it will be: started as root inspector.user, else who it is.  Ends the process if that may
 * not be. */
struct user inspector_account(const struct config *config);

/* Started as root: becomes the account, without supplementary groups.  Takes capabilities, new
 * privileges and core dumps away, and ends the process if anything is left. */
void inspector_privilege_drop(const struct user *account);

#endif
