/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gives up root for good.  An edge; portlightd, portlight-fleet and portlight-inspector call it
 * once their listening sockets are open.
 */
#ifndef PORTLIGHT_COMMON_ACCOUNT_UNPRIVILEGED_H
#define PORTLIGHT_COMMON_ACCOUNT_UNPRIVILEGED_H

#include "common/daemon/user.h"

/* The account to run as: `wanted` if the process was started as root, else the present one.  `key`
 * is the configuration key of `wanted` ("http.user"), for messages; `unnamed` as in user.h.  Exits
 * with CONFIG_EXIT_STATUS if `wanted` doesn't exist, or is root or the prober's user. */
struct user unprivileged_account(const struct config *config, const struct config_user *wanted,
                                 uid_t unnamed, const char *key);

/* If started as root, becomes the account, with its own group and, unless that is NULL,
 * prober_group as its only supplementary group.  In any case sets no_new_privs, forbids core dumps
 * and ptrace, and empties the bounding set as far as it may.  Exits with status 1 if a step fails
 * or an effective capability is left. */
void unprivileged_become(const struct user *account, const struct config_user *prober_group);

#endif
