/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drops root for good.  An edge; portlightd, portlight-fleet and portlight-inspector, once their
 * listening sockets are open.
 */
#ifndef PORTLIGHT_COMMON_ACCOUNT_UNPRIVILEGED_H
#define PORTLIGHT_COMMON_ACCOUNT_UNPRIVILEGED_H

#include "common/daemon/user.h"

/* Who the daemon will be: started as root `wanted`, else who it is.  Ends the process if that
 * may not be: nobody serves as root or as the prober.  The key is the configuration's, "http.user";
 * unnamed as in user.h. */
struct user unprivileged_account(const struct config *config, const struct config_user *wanted,
                                 uid_t unnamed, const char *key);

/* Started as root: becomes the account, in its own group and, unless that is NULL, the one that may
 * connect to the prober.  Empties the capability sets, takes new privileges and core dumps away,
 * and ends the process if anything is left. */
void unprivileged_become(const struct user *account, const struct config_user *prober_group);

#endif
