/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls that the inspector's two kinds of process may make; any other ends the process.
 * An edge; the parent before it serves, a child before the first byte of its target.
 */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_SANDBOX_H
#define PORTLIGHT_INSPECTOR_DAEMON_SANDBOX_H

#include <stdbool.h>

/*
 * The parent: sockets of TCP (not MPTCP, which Landlock's rules for ports do not see), connect,
 * fork, and to kill children.  Files to read relative to the directory `readable` (-1: none).
 * Returns false with errno if the filter can't be loaded.
 */
bool inspector_sandbox_enter(int readable);

/* The two descriptors of a child. */
enum { WORKER_SOCKET = 3, WORKER_PIPE = 4 };

/* A child: to read and write its socket, to write its pipe. */
bool inspector_worker_sandbox_enter(void);

#endif
