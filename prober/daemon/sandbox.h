/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allows only the system calls that serving needs, some of them only on certain descriptors; any
 * other kills the process.  An edge; the prober, last before it serves.
 */
#ifndef PORTLIGHT_PROBER_DAEMON_SANDBOX_H
#define PORTLIGHT_PROBER_DAEMON_SANDBOX_H

#include <stdbool.h>

/* The descriptors opened before.  Each is allowed only its own calls: otherwise the capture's, for
 * example, could inject frames.  -1: there is none. */
struct sandbox_descriptors {
    int raw_ipv4, raw_ipv6;
    int route_ipv4, route_ipv6, route_netlink;
    int capture;
    int wakeup; /* the sending thread wakes the event loop with it */
    int listener;
    int signals;
    int manager;       /* systemd's notification socket */
    int configuration; /* the directory of the configuration; -1 without Landlock */
};

/* For all threads of the process.  Descriptors opened later must be below
 * PRIVILEGE_DESCRIPTORS_MAX.  Returns false with errno if the filter can't be loaded. */
bool prober_sandbox_enter(const struct sandbox_descriptors *descriptors);

#endif
