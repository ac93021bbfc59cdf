/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lists that an operator changes while the daemons run: whom to probe, on which
 * ports.  Read again on SIGHUP from a directory that was opened at start, as the
 * sandboxes leave no other file to open.  An edge; both daemons.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_RELOAD_H
#define PORTLIGHT_COMMON_DAEMON_RELOAD_H

#include "common/config/config_keys.h"

struct reload {
    int directory;    /* of the configuration file, or -1 */
    const char *path; /* as daemon_options has it; NULL: the default */
};

/* Before the process confines itself, and once.  A directory that can't be opened is no
 * error yet.  From now on the process never ends with status 2. */
struct reload reload_open(const char *path);

/* Replaces ports, any-port, allow and deny of the policy, says so, and which other keys wait for
 * a restart.  With a mistake in the file all stays as it was, and the mistake is told. */
void reload_config(const struct reload *reload, struct config *running);

/* SIGTERM, SIGINT and SIGHUP arrive by this descriptor (signalfd(2)) from now on, which does not
 * block.  -1 with errno. */
int reload_open_signals(void);

#endif
