/* SPDX-License-Identifier: BSD-2-Clause */
/* Listens on a Unix socket for the members of a group.  An edge; the daemons, at start. */
#ifndef PORTLIGHT_COMMON_DAEMON_LOCAL_SOCKET_H
#define PORTLIGHT_COMMON_DAEMON_LOCAL_SOCKET_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

struct local_socket {
    const char *path; /* absolute, of at most ENDPOINT_PATH_MAX bytes */
    int type;         /* SOCK_STREAM or SOCK_SEQPACKET */
    gid_t group;      /* its members may connect, as may the owner */
    bool must_group;  /* fail if chown to the group fails, even without root */
    int backlog;
};

/* Makes the socket, and its directory if missing, and listens.  Replaces the socket of a daemon
 * that has ended.  Returns the descriptor, non-blocking and close-on-exec, or -1 with errno:
 * EADDRINUSE if a process serves there, EEXIST if the file is not a socket. */
int local_socket_listen(const struct local_socket *wanted);

/* Refuses descriptors that peers pass to us, if the kernel can (SO_PASSRIGHTS, Linux 6.16): closing
 * them could block. */
void local_socket_refuse_descriptors(int listener);

/* Is the peer root, our own user, or in the group, as recorded by the kernel (unix(7),
 * SO_PEERCRED)? Fills *peer. */
bool local_socket_admits(int fd, gid_t group, struct ucred *peer);

#endif
