/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the configuration file, portlight.conf(5), in the syntax of libconfuse.  Each program reads
 * it for itself.  The only user of libconfuse.  An edge; every program but portlight-networks.
 */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_H

#include "common/base/compiler.h"
#include "common/config/config_keys.h"

#define CONFIG_DEFAULT_PATH "/etc/portlight/portlight.conf"
#define CONFIG_OPEN_FLAGS   (O_RDONLY | O_CLOEXEC) /* the sandboxes allow exactly these */

/* A daemon exits with this status if the file has a mistake, so that systemd doesn't restart it
 * again and again: EX_CONFIG of sysexits.h, RestartPreventExitStatus= of the units. */
enum { CONFIG_EXIT_STATUS = 78 };

/*
 * Fills *config from the file at path (NULL: CONFIG_DEFAULT_PATH, or the built-in defaults if that
 * doesn't exist).  Returns false after logging what is wrong, with file, line, key and limit; don't
 * use *config then.  On success, release it with config_free.  Aborts if out of memory.
 */
NODISCARD bool config_load(struct config *config, const char *path);

/* The same, but opens the file in this directory, by the last component of path. */
NODISCARD bool config_load_from(struct config *config, int directory, const char *path);
void config_free(struct config *config);

#endif
