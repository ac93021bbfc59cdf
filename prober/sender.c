/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/sender.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, PACKET_MAX_LEN = SEGMENT_MAX_LEN, SEND_BUFFER_LEN = 1 << 20 };

_Static_assert((int)ECHO_MAX_LEN <= (int)PACKET_MAX_LEN, "an echo fits in, too");

/* The packets of one family that wait for the next flush. */
struct batch {
    int fd;
    unsigned count;
    uint32_t tags[BATCH];
    uint8_t packets[BATCH][PACKET_MAX_LEN];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
    union {
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6;
    } names[BATCH];
};

struct sender {
    sender_failed_fn *failed;
    void *context;
    uint64_t count;
    struct batch ipv4, ipv6;
};

/* Both kinds take packets with their IP header in place (raw(7), ipv6(7)). */
static int open_raw(int domain)
{
    int fd = socket(domain, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
    int size = SEND_BUFFER_LEN;
    int nothing = 0;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &nothing,
               sizeof(nothing)); /* IPPROTO_RAW hears nothing */
    return fd;
}

struct sender *sender_open(sender_failed_fn *failed, void *context)
{
    struct sender *sender = calloc(1, sizeof(*sender));

    if (sender == NULL)
        return NULL;
    sender->failed = failed;
    sender->context = context;
    sender->ipv6.fd = -1;
    sender->ipv4.fd = open_raw(AF_INET);
    if (sender->ipv4.fd >= 0)
        sender->ipv6.fd = open_raw(AF_INET6);
    if (sender->ipv4.fd < 0 || (sender->ipv6.fd < 0 && errno != EAFNOSUPPORT)) {
        int saved = errno;
        sender_close(sender);
        errno = saved;
        return NULL;
    }
    return sender;
}

void sender_close(struct sender *sender)
{
    if (sender == NULL)
        return;
    if (sender->ipv4.fd >= 0)
        close(sender->ipv4.fd);
    if (sender->ipv6.fd >= 0)
        close(sender->ipv6.fd);
    free(sender);
}

int sender_fd(const struct sender *sender, enum addr_family family)
{
    return family == ADDR_IPV4 ? sender->ipv4.fd : sender->ipv6.fd;
}

uint64_t sender_count(const struct sender *sender)
{
    return sender->count;
}

static void flush_batch(struct sender *sender, struct batch *batch)
{
    unsigned done = 0;

    while (done < batch->count) {
        int sent = batch->fd < 0 ? -1
                                 : sendmmsg(batch->fd, batch->messages + done, batch->count - done,
                                            MSG_NOSIGNAL);
        int error = batch->fd < 0 ? EAFNOSUPPORT : errno;

        if (sent > 0) {
            done += (unsigned)sent;
            sender->count += (unsigned)sent;
            continue;
        }
        if (error == EINTR)
            continue;
        sender->failed(sender->context, batch->tags[done++], error);
    }
    batch->count = 0;
}

void sender_flush(struct sender *sender)
{
    flush_batch(sender, &sender->ipv4);
    flush_batch(sender, &sender->ipv6);
}

static socklen_t name_target(struct batch *batch, unsigned slot, const struct addr *dst)
{
    memset(&batch->names[slot], 0, sizeof(batch->names[slot]));
    if (dst->family == ADDR_IPV4) {
        batch->names[slot].ipv4.sin_family = AF_INET;
        memcpy(&batch->names[slot].ipv4.sin_addr, dst->bytes, 4);
        return sizeof(batch->names[slot].ipv4);
    }
    batch->names[slot].ipv6.sin6_family = AF_INET6;
    memcpy(&batch->names[slot].ipv6.sin6_addr, dst->bytes, 16);
    return sizeof(batch->names[slot].ipv6);
}

/* A place for one more packet. */
static uint8_t *take_slot(struct sender *sender, const struct addr *dst, uint32_t tag,
                          struct batch **batch)
{
    unsigned slot;

    *batch = dst->family == ADDR_IPV4 ? &sender->ipv4 : &sender->ipv6;
    if ((*batch)->count == BATCH)
        flush_batch(sender, *batch);
    slot = (*batch)->count++;
    (*batch)->tags[slot] = tag;
    (*batch)->parts[slot].iov_base = (*batch)->packets[slot];
    (*batch)->messages[slot].msg_hdr = (struct msghdr){
        .msg_name = &(*batch)->names[slot],
        .msg_namelen = name_target(*batch, slot, dst),
        .msg_iov = &(*batch)->parts[slot],
        .msg_iovlen = 1,
    };
    return (*batch)->packets[slot];
}

void sender_queue(struct sender *sender, const struct segment *segment, uint32_t tag)
{
    struct batch *batch;
    uint8_t *bytes = take_slot(sender, &segment->dst, tag, &batch);

    batch->parts[batch->count - 1].iov_len = segment_build(segment, bytes);
}

void sender_queue_echo(struct sender *sender, const struct echo_request *request, uint32_t tag)
{
    struct batch *batch;
    uint8_t *bytes = take_slot(sender, &request->dst, tag, &batch);

    batch->parts[batch->count - 1].iov_len = echo_build(request, bytes);
}
