/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks up the users and groups that the daemons run as.  An edge; the daemons, at start.  If a
 * built-in default name doesn't exist (in a checkout, in a test), a fixed id without a name is used
 * instead, and a log line says so.  If a configured name doesn't exist, that is an error.
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

/* Looks a user or group up; `unnamed` replaces a built-in name that doesn't exist.  False after
 * logging why. */
NODISCARD bool user_lookup(const struct config_user *name, uid_t unnamed, struct user *out);
NODISCARD bool user_lookup_group(const struct config_user *name, gid_t unnamed, gid_t *out);

/* For --check-config: can portlightd and the prober start as root with these accounts?  False after
 * logging file, line and key.  config_path as in daemon_options. */
NODISCARD bool user_check(const struct config *config, const char *config_path);

#endif
