/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for the tables of limits that survives the process, however it ends, so that a restart
 * gives nobody a new quota.  It is a file, mapped before the process enters its sandbox and never
 * opened again.  An edge; the daemons, at start.
 *
 * The file is DIRECTORY/PROGRAM/limits, where DIRECTORY holds the prober's socket (the
 * inspector's: its own).  Only the
 * daemon's user can access it, and only one daemon at a time uses it.  It is valid until the
 * machine reboots: its times are CLOCK_MONOTONIC, and it records the kernel's boot id.  (If /proc
 * hides that, as with ProcSubset=pid, a reboot must empty the directory.)
 *
 *   no file, or one of an earlier boot      first start: everybody has the whole quota
 *   a file as a daemon left it              all limits continue
 *   anything else, or no file is possible   limits begin spent and recover within their windows;
 *                                           without a file this happens at each start
 */
#ifndef PORTLIGHT_COMMON_DAEMON_LIMITS_FILE_H
#define PORTLIGHT_COMMON_DAEMON_LIMITS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/siphash.h"
#include "common/daemon/user.h"

enum { LIMITS_FILE_VERSION = 2, LIMITS_FILE_PARTS_MAX = 6 };

struct limits_file_place {
    const char *socket;  /* the prober's, absolute */
    const char *program; /* the daemon's name */
    struct user owner;   /* the account that the daemon has or will have */
};

/* One table. */
struct limits_file_part {
    size_t len;         /* set by the caller */
    void *memory;       /* len bytes, zeroed or as the previous process left them */
    const uint8_t *key; /* SIPHASH_KEY_LEN random bytes that belong to the memory */
};

struct limits_file {
    void *map;
    size_t len;
    uint64_t spent_ns; /* when the limits last began spent; 0: not since the boot */
};

/* Fills the parts, valid until limits_file_close.  If the file can't be used, logs why and uses
 * private memory.  Exits if there is no memory or no random numbers. */
struct limits_file limits_file_open(const struct limits_file_place *place,
                                    struct limits_file_part *parts, unsigned count,
                                    uint64_t now_ns);
void limits_file_close(struct limits_file *file);

#endif
