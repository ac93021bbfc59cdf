/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No file but the configuration, no TCP port but a few to connect to, no signal to others: what the
 * kernel's Landlock takes from a process for good (landlock(7)).  An edge; both daemons, once they
 * need to open nothing more.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_LANDLOCK_H
#define PORTLIGHT_COMMON_DAEMON_LANDLOCK_H

#include <stdint.h>

/*
 * Takes every right to files but to read those in the directory `readable` (-1: none), to bind
 * TCP ports, to connect to any but these, and to reach abstract sockets and processes outside,
 * as far as this kernel knows.  UDP is no matter of Landlock's.  Needs no_new_privs.  Returns the
 * kernel's Landlock version, or 0 with errno when it has none.
 */
int landlock_confine(const uint16_t *connect_ports, unsigned port_count, int readable);

#endif
