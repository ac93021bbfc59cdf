/* SPDX-License-Identifier: BSD-2-Clause */
/* Who the inspector is.  An edge; the inspector, before it opens its socket. */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_ACCOUNT_H
#define PORTLIGHT_INSPECTOR_DAEMON_ACCOUNT_H

#include "common/daemon/user.h"

/* Started as root inspector.user, else who it is.  Ends the process if that may not be: nobody
 * inspects as root, the prober or portlightd. */
struct user inspector_account(const struct config *config);

#endif
