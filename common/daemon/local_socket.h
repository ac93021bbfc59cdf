/* SPDX-License-Identifier: BSD-2-Clause */
/* A Unix socket to listen at, for a group.  An edge; both daemons, at start. */
#ifndef PORTLIGHT_COMMON_DAEMON_LOCAL_SOCKET_H
#define PORTLIGHT_COMMON_DAEMON_LOCAL_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

struct local_socket {
    const char *path; /* absolute, of at most ENDPOINT_PATH_MAX bytes */
    int type;         /* SOCK_STREAM or SOCK_SEQPACKET */
    gid_t group;      /* whose members may connect; so may the owner */
    bool must_group; /* without root, too, it is an error if the file can't be given to the group */
    int backlog;
};

/* Makes it, and its directory if that is away, and listens; a file that a daemon left, which is
 * gone, makes way.  The descriptor, not blocking and closed on exec, or -1 with errno: EADDRINUSE
 * when somebody serves there, EEXIST when the file is no socket. */
int local_socket_listen(const struct local_socket *wanted);

/* Descriptors that a peer pushes on us could block us in closing them: none is taken, where the
 * kernel can refuse them. */
void local_socket_refuse_descriptors(int listener);

/* Is whoever connected root, our own user, or in the group, by what the kernel recorded
 * (unix(7), SO_PEERCRED)?  *peer says who it is. */
bool local_socket_admits(int fd, gid_t group, struct ucred *peer);

#endif
