/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/seqpacket.h"

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

/* Descriptors that a peer passes to us would pile up. */
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

/* Room for all the descriptors that a peer may pass with a message. */
union control {
    struct cmsghdr align;
    uint8_t bytes[CMSG_SPACE(STRAY_FDS_MAX * sizeof(int))];
};

static struct msghdr header_of(struct iovec *part, union control *control)
{
    return (struct msghdr){
        .msg_iov = part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(*control),
    };
}

static enum seqpacket_status status_of(struct msghdr *message, size_t len)
{
    if (close_stray_fds(message) || (message->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        return SEQPACKET_VIOLATION;
    /* end of file, or an empty message, which no peer may send */
    return len == 0 ? SEQPACKET_CLOSED : SEQPACKET_OK;
}

static enum seqpacket_status status_of_errno(void)
{
    return errno == EAGAIN ? SEQPACKET_AGAIN : SEQPACKET_CLOSED;
}

enum seqpacket_status seqpacket_receive(int fd, void *buffer, size_t buffer_len, size_t *len)
{
    union control control;
    struct iovec part = {.iov_base = buffer, .iov_len = buffer_len};
    struct msghdr message = header_of(&part, &control);
    ssize_t got;

    do {
        got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);

    if (got < 0)
        return status_of_errno();
    *len = (size_t)got;
    return status_of(&message, *len);
}

enum seqpacket_status seqpacket_receive_some(int fd, struct seqpacket_inbox *inbox)
{
    union control controls[SEQPACKET_BATCH];
    struct iovec parts[SEQPACKET_BATCH];
    struct mmsghdr messages[SEQPACKET_BATCH];
    enum seqpacket_status status = SEQPACKET_OK;
    int got;

    for (unsigned i = 0; i < SEQPACKET_BATCH; i++) {
        parts[i] = (struct iovec){inbox->messages[i].bytes, sizeof(inbox->messages[i].bytes)};
        messages[i].msg_hdr = header_of(&parts[i], &controls[i]);
    }
    do {
        got = recvmmsg(fd, messages, SEQPACKET_BATCH, MSG_CMSG_CLOEXEC, NULL);
    } while (got < 0 && errno == EINTR);

    inbox->count = 0;
    if (got < 0)
        return status_of_errno();
    /* look at all of them: every stray descriptor must be closed */
    for (unsigned i = 0; i < (unsigned)got; i++) {
        enum seqpacket_status one = status_of(&messages[i].msg_hdr, messages[i].msg_len);
        inbox->messages[i].len = messages[i].msg_len;
        if (status == SEQPACKET_OK && one == SEQPACKET_OK)
            inbox->count++;
        else if (status == SEQPACKET_OK)
            status = one;
    }
    return status == SEQPACKET_OK && got < SEQPACKET_BATCH ? SEQPACKET_AGAIN : status;
}

enum seqpacket_status seqpacket_send(int fd, const void *data, size_t len)
{
    ssize_t put;

    do {
        put = send(fd, data, len, MSG_NOSIGNAL);
    } while (put < 0 && errno == EINTR);

    return put >= 0 ? SEQPACKET_OK : status_of_errno();
}

enum seqpacket_status seqpacket_send_some(int fd, struct iovec *parts, unsigned count,
                                          unsigned *sent)
{
    struct mmsghdr messages[SEQPACKET_BATCH];
    int put;

    for (unsigned i = 0; i < count; i++)
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    do {
        put = sendmmsg(fd, messages, count, MSG_NOSIGNAL);
    } while (put < 0 && errno == EINTR);

    *sent = put < 0 ? 0 : (unsigned)put;
    return put < 0 ? status_of_errno() : SEQPACKET_OK;
}
