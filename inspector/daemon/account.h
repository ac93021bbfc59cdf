/* SPDX-License-Identifier: BSD-2-Clause */
/* The inspector's account.  An edge; the inspector, before it opens its socket. */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_ACCOUNT_H
#define PORTLIGHT_INSPECTOR_DAEMON_ACCOUNT_H

#include "common/daemon/user.h"

/* The account to run as: inspector.user when started as root, otherwise the current one.  Exits if
 * it doesn't exist, or is root, prober.user or http.user. */
struct user inspector_account(const struct config *config);

#endif
