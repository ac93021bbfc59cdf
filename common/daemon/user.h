/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The users and the group that the daemons run as.  An edge; both daemons, at
 * start.  Where the built-in default names don't exist (a checkout, a test),
 * fixed unnamed ids of the dynamic range serve, and a log line says so; a name
 * from the configuration that doesn't exist is an error.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_USER_H
#define PORTLIGHT_COMMON_DAEMON_USER_H

#include <sys/types.h>

#include "common/config/config.h"

enum {
    ACCOUNT_PROBER_ID = 61184,    /* uid and gid of the prober without a name */
    ACCOUNT_FRONTEND_ID = 61185,  /* uid and gid of portlightd, and the group */
    ACCOUNT_INSPECTOR_ID = 61186, /* uid and gid of the inspector */
    ACCOUNT_FLEET_ID = 61187,     /* uid of portlight-fleet */
};

struct user {
    uid_t uid;
    gid_t gid;
};

/* Looks the user up; false after logging why not. */
NODISCARD bool user_user(const struct config_user *name, uid_t unnamed, struct user *out);
NODISCARD bool user_group(const struct config_user *name, gid_t unnamed, gid_t *out);

/* For --check-config: are the accounts such that both daemons can start as root?  False after
 * logging file, line and key.  config_path as in daemon_options. */
NODISCARD bool user_check(const struct config *config, const char *config_path);

#endif
