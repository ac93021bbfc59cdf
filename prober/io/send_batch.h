/* SPDX-License-Identifier: BSD-2-Clause */
/* A batch of packets of one family, sent with one system call.  An edge; the prober. */
#ifndef PORTLIGHT_PROBER_IO_SEND_BATCH_H
#define PORTLIGHT_PROBER_IO_SEND_BATCH_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "prober/packet/echo_request.h"
#include "prober/packet/segment.h"

enum { BATCH_MAX = 64, BATCH_PACKET_MAX_LEN = SEGMENT_MAX_LEN };

/* A packet that send_batch_flush will build. */
struct send_batch_order {
    bool is_echo;
    union {
        struct segment segment;
        struct echo_request echo;
    };
};

struct send_batch {
    struct send_batch *next; /* for the owner's lists */
    int fd;                  /* the raw socket; -1: the kernel lacks the family */
    unsigned count;
    unsigned refused; /* set by send_batch_flush */
    uint64_t tags[BATCH_MAX];
    int errors[BATCH_MAX]; /* set by send_batch_flush: 0, or the errno */
    struct send_batch_order orders[BATCH_MAX];
    uint8_t packets[BATCH_MAX][BATCH_PACKET_MAX_LEN];
    struct iovec parts[BATCH_MAX];
    struct mmsghdr messages[BATCH_MAX];
    union addr_sockaddr names[BATCH_MAX];
};

/* Adds a packet; there must be room. */
void send_batch_add(struct send_batch *batch, const struct segment *segment, uint64_t tag);
void send_batch_add_echo(struct send_batch *batch, const struct echo_request *request,
                         uint64_t tag);

/* Builds all packets, sends them, and records which ones the kernel refused.  Accesses only the
 * batch, so any thread may call it. */
void send_batch_flush(struct send_batch *batch);

#endif
