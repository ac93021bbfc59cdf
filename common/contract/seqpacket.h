/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends and receives datagrams on Unix sockets (SOCK_SEQPACKET), one or several with one system
 * call.  An edge; every program.  A message that was truncated or carries a file descriptor is a
 * violation: drop the peer.  An empty message counts as the end of the connection.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_SEQPACKET_H
#define PORTLIGHT_COMMON_CONTRACT_SEQPACKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "common/contract/wire.h"

enum seqpacket_status {
    SEQPACKET_OK = 0,
    SEQPACKET_AGAIN,     /* nothing to read, or the peer's queue is full */
    SEQPACKET_CLOSED,    /* the peer is gone */
    SEQPACKET_VIOLATION, /* truncated, or with ancillary data; descriptors were closed */
};

/* Connects to the socket at path.  Returns the descriptor, non-blocking and close-on-exec, or -1
 * with errno. */
int seqpacket_connect(const char *path);

enum seqpacket_status seqpacket_receive(int fd, void *buffer, size_t buffer_len, size_t *len);

enum seqpacket_status seqpacket_send(int fd, const void *data, size_t len);

enum { SEQPACKET_BATCH = 64 };

/* The messages of one seqpacket_receive_some.  Large: allocate it once. */
struct seqpacket_inbox {
    unsigned count;
    struct seqpacket_message {
        size_t len;
        uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    } messages[SEQPACKET_BATCH];
};

/* Fills the inbox with the messages that are waiting.  The status tells what follows them: OK if
 * there may be more. */
enum seqpacket_status seqpacket_receive_some(int fd, struct seqpacket_inbox *inbox);

/* Sends up to SEQPACKET_BATCH messages, one per part.  *sent is the number sent; unless it is 0,
 * the status is OK. */
enum seqpacket_status seqpacket_send_some(int fd, struct iovec *parts, unsigned count,
                                          unsigned *sent);

#endif
