/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for the tables of limits that outlives the process, however it ends: a restart must
 * give nobody a new quota.  It is a file, mapped before the sandbox closes and never opened
 * again.  An edge; portlightd, the prober and the inspector, at start.
 *
 * The file is DIRECTORY/PROGRAM/limits, DIRECTORY being the one that the prober's socket is in;
 * it belongs to the daemon's user alone, and one daemon at a time uses it.  What is in it counts
 * until the machine boots: times are of CLOCK_MONOTONIC, and the kernel's boot id stands with
 * them.  (Where /proc does not show that, as under ProcSubset=pid, the directory must be one
 * that a boot empties.)
 *
 *   no file, or one of an earlier boot    a first start: everybody has his whole quota
 *   a file as a daemon left it            all limits go on
 *   anything else, or no place for one    limits begin spent and come back within their windows;
 *                                         without a place this is so at each start
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
    struct user owner;   /* who the daemon is or becomes */
};

/* One table. */
struct limits_file_part {
    size_t len;         /* filled by the caller */
    void *memory;       /* that many bytes, zeroed or as they were left */
    const uint8_t *key; /* SIPHASH_KEY_LEN random bytes that stay with the memory */
};

struct limits_file {
    void *map;
    size_t len;
    uint64_t spent_ns; /* when limits last began spent; 0: not since the boot */
};

/* Fills the parts.  Never fails: without a place, the memory is the process's alone, and the
 * log says why.  It stays until limits_file_close. */
struct limits_file limits_file_open(const struct limits_file_place *place,
                                    struct limits_file_part *parts, unsigned count,
                                    uint64_t now_ns);
void limits_file_close(struct limits_file *file);

#endif
