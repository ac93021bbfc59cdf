/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration file, portlight.conf(5): libconfuse syntax, read by all
 * three programs, each for itself.  The only user of libconfuse.  An edge.
 */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_H

#include "common/base/compiler.h"
#include "common/config/config_keys.h"

#define CONFIG_DEFAULT_PATH "/etc/portlight/portlight.conf"
#define CONFIG_OPEN_FLAGS   (O_RDONLY | O_CLOEXEC) /* exactly: the prober's sandbox knows them */

/* With which a daemon ends at a mistake in the file, so that it isn't restarted for ever: EX_CONFIG
 * of sysexits.h, RestartPreventExitStatus= of the units. */
enum { CONFIG_EXIT_STATUS = 78 };

/*
 * Fills *config from the file at path, or with the built-in defaults when path
 * is NULL and there is no file at CONFIG_DEFAULT_PATH.  Returns false after logging
 * what is wrong (file, line, key and limit); *config is then not to be used.
 * On success config_free releases what it holds.
 */
NODISCARD bool config_load(struct config *config, const char *path);

/* The same, with the file looked for in a directory that is open; the path's last
 * part is its name there. */
NODISCARD bool config_load_from(struct config *config, int directory, const char *path);
void config_free(struct config *config);

#endif
