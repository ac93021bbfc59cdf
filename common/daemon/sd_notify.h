/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a service manager gives at start and wants to hear: listening sockets
 * (sd_listen_fds(3)), readiness and a watchdog's beat (sd_notify(3)), without its
 * library, which would open a socket for every word: the system call filters leave
 * none to open.  An edge; all daemons.  Without a manager, all of it is silent.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_SD_NOTIFY_H
#define PORTLIGHT_COMMON_DAEMON_SD_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

enum { SD_NOTIFY_FIRST_LISTENER = 3 /* SD_LISTEN_FDS_START */, SD_NOTIFY_LISTENERS_MAX = 16 };

struct sd_notify {
    int notify;       /* connected to the manager, or -1 */
    uint64_t beat_ns; /* how often sd_notify_beat is wanted, or 0: half of what is allowed */
    unsigned
        listeners; /* descriptors SD_NOTIFY_FIRST_LISTENER and on, not blocking, closed on exec */
};

/* Reads and clears the environment; first in main.  False after logging why: too many
 * sockets, or descriptors that are not listening. */
bool sd_notify_open(struct sd_notify *supervisor);

/* Is the socket given of this domain and type? */
bool sd_notify_listener_is(int fd, int domain, int type);

void sd_notify_ready(const struct sd_notify *supervisor);
void sd_notify_beat(const struct sd_notify *supervisor);
void sd_notify_stopping(const struct sd_notify *supervisor);

#endif
