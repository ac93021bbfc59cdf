/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls that serving takes, and on which descriptors; any other ends
 * the process.  An edge; the prober, last before it serves.
 */
#ifndef PORTLIGHT_PROBER_DAEMON_SANDBOX_H
#define PORTLIGHT_PROBER_DAEMON_SANDBOX_H

#include <stdbool.h>

/* The descriptors that were opened with privilege, each good for its own calls
 * only: a capture descriptor could otherwise inject frames.  -1: there is none. */
struct sandbox_descriptors {
    int raw_ipv4, raw_ipv6;
    int route_ipv4, route_ipv6, route_netlink;
    int capture;
    int alarm; /* the thread that sends wakes the other one */
    int listener;
    int signals;
    int manager;       /* of services: it is notified that we live */
    int configuration; /* its directory, where files may be read; -1 unless Landlock holds */
};

/* For all threads of the process; the descriptors opened from now on are below
 * PRIVILEGE_DESCRIPTORS_MAX.  Returns false with errno if the filter can't be loaded. */
bool prober_sandbox_enter(const struct sandbox_descriptors *descriptors);

#endif
