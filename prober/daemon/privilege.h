/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drops CAP_NET_RAW and all other privileges.  An edge; the prober, at start.  The only user of
 * libcap-ng.
 */
#ifndef PORTLIGHT_PROBER_DAEMON_PRIVILEGE_H
#define PORTLIGHT_PROBER_DAEMON_PRIVILEGE_H

#include <stdbool.h>
#include <sys/types.h>

enum {
    PRIVILEGE_ERROR_LEN = 256,
    PRIVILEGE_DESCRIPTORS_MAX = 256, /* source ports, a few sockets, and eight peers */
};

/* May this process open raw sockets?  If CAP_NET_RAW is only permitted, as in a container image
 * (`setcap cap_net_raw=p`), makes it effective. */
bool privilege_can_open_raw(void);

/*
 * Gives up privileges for good: if started as root, becomes uid and gid without supplementary
 * groups; empties the effective, permitted, inheritable, ambient and bounding sets; sets
 * no_new_privs; limits open files to PRIVILEGE_DESCRIPTORS_MAX; forbids core dumps and ptrace; and
 * reads all five sets back from the kernel.  Returns false with a line in error if a step fails or
 * a capability is left: the process must not serve then.
 *
 * Without CAP_SETPCAP the bounding set can't be emptied.  It stays, harmless under no_new_privs,
 * and *bounding_left is true.
 */
bool prober_privilege_drop(uid_t uid, gid_t gid, bool *bounding_left,
                           char error[static PRIVILEGE_ERROR_LEN]);

/* Forbids new processes and threads (RLIMIT_NPROC).  False with errno. */
bool privilege_forbid_processes(void);

#endif
