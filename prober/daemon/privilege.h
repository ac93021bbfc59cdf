/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From CAP_NET_RAW to nothing.  An edge; the prober, at start.  The only user of
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

/* May this process open raw sockets?  What is permitted only, as by a container's image
 * (`setcap cap_net_raw=p`), becomes effective. */
bool privilege_can_open_raw(void);

/*
 * For good: becomes uid and gid without supplementary groups (when started as
 * root; otherwise stays who it is), empties the effective, permitted,
 * inheritable, ambient and bounding sets, sets no_new_privs, forbids core dumps,
 * and reads all five sets back from the kernel.  Returns
 * false with a line in error if any remain: the process must not serve.
 *
 * Started without CAP_SETPCAP, a process can't empty its bounding set; it is
 * then left, harmless under no_new_privs, and *bounding_left says so.
 */
bool prober_privilege_drop(uid_t uid, gid_t gid, bool *bounding_left,
                           char error[static PRIVILEGE_ERROR_LEN]);

/* No process and no thread from now on.  False with errno. */
bool privilege_forbid_processes(void);

#endif
