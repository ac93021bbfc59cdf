/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/seqpacket.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { STRAY_FDS_MAX = 253 }; /* SCM_MAX_FD of the kernel */

int seqpacket_connect(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof(name.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(name.sun_path, path, strlen(path));
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&name, sizeof(name)) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

/* Descriptors that a peer pushed on us would pile up. */
static bool close_stray_fds(struct msghdr *message)
{
    bool found = false;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        found = true;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t at = 0; CMSG_LEN(at + sizeof(int)) <= c->cmsg_len; at += sizeof(int)) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + at, sizeof(fd));
            close(fd);
        }
    }
    return found;
}

enum seqpacket_status seqpacket_receive(int fd, void *buffer, size_t buffer_len, size_t *len)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(STRAY_FDS_MAX * sizeof(int))];
    struct iovec part = {.iov_base = buffer, .iov_len = buffer_len};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control),
    };
    ssize_t got;

    do {
        got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);

    if (got < 0)
        return errno == EAGAIN ? SEQPACKET_AGAIN : SEQPACKET_CLOSED;
    if (close_stray_fds(&message) || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        return SEQPACKET_VIOLATION;
    if (got == 0) /* the end, or an empty message, which nobody may send */
        return SEQPACKET_CLOSED;
    *len = (size_t)got;
    return SEQPACKET_OK;
}

enum seqpacket_status seqpacket_send(int fd, const void *data, size_t len)
{
    ssize_t put;

    do {
        put = send(fd, data, len, MSG_NOSIGNAL);
    } while (put < 0 && errno == EINTR);

    if (put >= 0)
        return SEQPACKET_OK;
    return errno == EAGAIN ? SEQPACKET_AGAIN : SEQPACKET_CLOSED;
}
