/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a service manager gives at start and wants to hear: listening sockets
 * (sd_listen_fds(3)), readiness and a watchdog's beat (sd_notify(3)), without its
 * library, which would open a socket for every word: the system call filters leave
 * none to open.  An edge; both daemons.  Without a manager, all of it is silent.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_SD_NOTIFY_H
#define PORTLIGHT_COMMON_DAEMON_SD_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

enum { SUPERVISOR_FIRST_LISTENER = 3 /* SD_LISTEN_FDS_START */, SUPERVISOR_LISTENERS_MAX = 16 };

struct supervisor {
    int notify;       /* connected to the manager, or -1 */
    uint64_t beat_ns; /* how often supervisor_beat is wanted, or 0: half of what is allowed */
    unsigned
        listeners; /* descriptors SUPERVISOR_FIRST_LISTENER and on, not blocking, closed on exec */
};

/* Reads and clears the environment; first in main.  False after logging why: too many
 * sockets, or descriptors that are not listening. */
bool supervisor_open(struct supervisor *supervisor);

/* Is the socket given of this domain and type? */
bool supervisor_listener_is(int fd, int domain, int type);

void supervisor_ready(const struct supervisor *supervisor);
void supervisor_beat(const struct supervisor *supervisor);
void supervisor_stopping(const struct supervisor *supervisor);

#endif
