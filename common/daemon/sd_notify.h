/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol of systemd: listening sockets (sd_listen_fds(3)), readiness and watchdog messages
 * (sd_notify(3)).  libsystemd would open a socket for each message, which the sandboxes forbid.  An
 * edge; the daemons.  Without a service manager, every function does nothing.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_SD_NOTIFY_H
#define PORTLIGHT_COMMON_DAEMON_SD_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

enum { SD_NOTIFY_FIRST_LISTENER = 3 /* SD_LISTEN_FDS_START */, SD_NOTIFY_LISTENERS_MAX = 16 };

struct sd_notify {
    int notify;         /* socket connected to the manager, or -1 */
    uint64_t beat_ns;   /* interval for sd_notify_watchdog, half of WatchdogSec=; 0: not wanted */
    unsigned listeners; /* sockets from SD_NOTIFY_FIRST_LISTENER on, non-blocking, close-on-exec */
};

/* Reads the variables of the environment and unsets them.  Call it first in main.  False after
 * logging why: too many sockets, or descriptors that don't listen. */
bool sd_notify_open(struct sd_notify *supervisor);

/* Is this listening socket of this domain and type? */
bool sd_notify_listener_is(int fd, int domain, int type);

void sd_notify_ready(const struct sd_notify *supervisor);
void sd_notify_watchdog(const struct sd_notify *supervisor);
void sd_notify_stopping(const struct sd_notify *supervisor);

#endif
