/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Confines a process with Landlock (landlock(7)), for good: no files but those in a few
 * directories, no TCP ports but a few to connect to, no signals to others.  An edge; the daemons
 * call it when they need to open nothing more.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_LANDLOCK_H
#define PORTLIGHT_COMMON_DAEMON_LANDLOCK_H

#include <stdint.h>

/* As port_count: connections to every port are allowed. */
enum { LANDLOCK_EVERY_PORT = 65536 };

/* What the process may still do. */
struct landlock_allowed {
    const int *readable; /* open directories whose files it may read; -1 is skipped */
    unsigned readable_count;
    const uint16_t *connect_ports; /* TCP ports to which it may connect */
    unsigned port_count;
};

/*
 * Takes away all access to files except reading those below these directories, binding of TCP
 * ports, connections to all but these ports, and access to abstract sockets and signals outside, as
 * far as this kernel supports it.  Landlock doesn't cover UDP and MPTCP sockets: refuse those with
 * seccomp.  Needs no_new_privs.  Returns the kernel's Landlock version, or 0 with errno if it has
 * none or a step failed.
 */
int landlock_confine(const struct landlock_allowed *rest);

#endif
