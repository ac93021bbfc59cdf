/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls that serving takes; any other ends the process, but for a few that a
 * library tries and does without: they fail.  An edge; the daemon, last before it serves.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_SANDBOX_H
#define PORTLIGHT_FRONTEND_DAEMON_SANDBOX_H

#include <stdbool.h>

/*
 * Leaves sockets of TCP, UDP and the prober's kind to open, and files to read relative
 * to the two directories `readable`, which Landlock must keep from meaning all files (-1: none).
 * Returns false with errno if the filter can't be loaded.
 */
bool portlightd_sandbox_enter(const int readable[static 2]);

#endif
