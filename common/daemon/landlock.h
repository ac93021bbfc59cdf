/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No file but the configuration, no TCP port but a few to connect to, no signal to others: what the
 * kernel's Landlock takes from a process for good (landlock(7)).  An edge; all daemons, once they
 * need to open nothing more.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_LANDLOCK_H
#define PORTLIGHT_COMMON_DAEMON_LANDLOCK_H

#include <stdint.h>

/* As port_count: all ports, for a policy that knows no other. */
enum { LANDLOCK_EVERY_PORT = 65536 };

/* What is left to the process. */
struct landlock_rest {
    const int *readable; /* directories whose files it may read; -1 is none */
    unsigned readable_count;
    const uint16_t *connect_ports; /* of TCP, to which it may connect */
    unsigned port_count;
};

/*
 * Takes every right to files but to read those in these directories, to bind TCP ports, to connect
 * to any but these, and to reach abstract sockets and processes outside, as far as this kernel
 * knows.  UDP is no matter of Landlock's, and MPTCP sockets slip through: let the
 * filter of system calls refuse them.  Needs no_new_privs.  Returns the kernel's Landlock
 * version, or 0 with errno when it has none.
 */
int landlock_confine(const struct landlock_rest *rest);

#endif
