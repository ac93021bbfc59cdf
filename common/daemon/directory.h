/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes directories below /run, which is empty after a boot.  An edge; the daemons, at start. */
#ifndef PORTLIGHT_COMMON_DAEMON_DIRECTORY_H
#define PORTLIGHT_COMMON_DAEMON_DIRECTORY_H

#include <stdbool.h>

/* Makes the directory of the file at this absolute path, with mode 0755; its parent must exist.
 * Leaves an existing one as it is.  False with errno. */
bool directory_make_of(const char *path);

#endif
