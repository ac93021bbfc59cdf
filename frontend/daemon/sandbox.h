/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls that the daemon may make once it serves.  Any other ends the process, except
 * for a few that libraries try and can do without: those fail.  An edge; the daemon, the last step
 * before it serves.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_SANDBOX_H
#define PORTLIGHT_FRONTEND_DAEMON_SANDBOX_H

#include <stdbool.h>

enum { SANDBOX_DIRECTORIES = 3 /* of the configuration, resolv.conf and the network data */ };

/*
 * Still allows opening TCP, UDP and SEQPACKET sockets, and files relative to the directories
 * `readable` (-1: none); Landlock must restrict which files these can be.  Returns false with
 * errno if the filter can't be loaded.
 */
bool portlightd_sandbox_enter(const int readable[static SANDBOX_DIRECTORIES]);

#endif
