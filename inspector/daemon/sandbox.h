/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seccomp filters of the inspector's two kinds of process; any other system call kills the
 * process.  An edge; for the parent before it serves, for a child before it reads from its target.
 */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_SANDBOX_H
#define PORTLIGHT_INSPECTOR_DAEMON_SANDBOX_H

#include <stdbool.h>

/*
 * The parent may open TCP sockets (not MPTCP, which Landlock's port rules don't cover), connect,
 * fork and kill children, and read files in the directory `readable` (-1: none).  False with errno
 * if the filter can't be loaded.
 */
bool inspector_sandbox_enter(int readable);

/* A child's two descriptors. */
enum { WORKER_SOCKET = 3, WORKER_PIPE = 4 };

/* A child may read and write its socket and write its pipe.  False if the filter can't be loaded.
 */
bool inspector_worker_sandbox_enter(void);

#endif
