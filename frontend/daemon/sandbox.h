/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls that serving takes; any other ends the process, but for a few that a
 * library tries and does without: they fail.  An edge; the daemon, last before it serves.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_SANDBOX_H
#define PORTLIGHT_FRONTEND_DAEMON_SANDBOX_H

#include <stdbool.h>

enum { SANDBOX_DIRECTORIES = 3 /* of the configuration, resolv.conf and the networks */ };

/*
 * Leaves sockets of TCP, UDP and the prober's kind to open, and files to read relative
 * to the directories `readable`, which Landlock must keep from meaning all files (-1: none).
 * Returns false with errno if the filter can't be loaded.
 */
bool portlightd_sandbox_enter(const int readable[static SANDBOX_DIRECTORIES]);

#endif
