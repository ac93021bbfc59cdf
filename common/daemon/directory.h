/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories below /run, which a boot empties.  An edge; all daemons, at start. */
#ifndef PORTLIGHT_COMMON_DAEMON_DIRECTORY_H
#define PORTLIGHT_COMMON_DAEMON_DIRECTORY_H

#include <stdbool.h>

/* Makes the directory that the file at this absolute path is to be in, for everybody to
 * search; its parent must be there.  Existing ones stay as they are.  False with errno. */
bool directory_make_of(const char *path);

#endif
