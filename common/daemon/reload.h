/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reloads the port and address lists on SIGHUP.  The sandboxes allow no other files, so the
 * directory of the configuration is opened at start.  An edge; the daemons.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_RELOAD_H
#define PORTLIGHT_COMMON_DAEMON_RELOAD_H

#include "common/config/config_keys.h"

struct reload {
    int directory;    /* of the configuration file, or -1 */
    const char *path; /* as in daemon_options; NULL: the default */
};

/* Call it once, before entering the sandbox.  A directory that can't be opened is not an error yet.
 * From now on the process never exits with status 2. */
struct reload reload_open(const char *path);

/* Replaces ports, any-port, allow and deny of the policy.  Logs this, and which other keys need a
 * restart.  If the file has a mistake, logs it and changes nothing. */
void reload_config(const struct reload *reload, struct config *running);

/* Blocks SIGTERM, SIGINT and SIGHUP, and returns a non-blocking signalfd(2) for them; -1 with
 * errno. */
int reload_open_signals(void);

#endif
