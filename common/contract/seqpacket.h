/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams in and out, on the Unix sockets between our programs: one, or
 * several with one system call.  An edge; all of them.  A message that was cut, is empty
 * or carries a file descriptor is a violation: the peer is to be dropped.
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
    SEQPACKET_AGAIN,     /* nothing there, or the peer's queue is full */
    SEQPACKET_CLOSED,    /* the peer is gone */
    SEQPACKET_VIOLATION, /* truncated, or with ancillary data; descriptors were closed */
};

/* Connects to the prober's socket; non-blocking and close-on-exec.  Returns the
 * descriptor or -1 with errno. */
int seqpacket_connect(const char *path);

enum seqpacket_status seqpacket_receive(int fd, void *buffer, size_t buffer_len, size_t *len);

enum seqpacket_status seqpacket_send(int fd, const void *data, size_t len);

enum { SEQPACKET_BATCH = 64 };

/* What one seqpacket_receive_some brought.  Big: allocate it once. */
struct seqpacket_inbox {
    unsigned count;
    struct seqpacket_message {
        size_t len;
        uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    } messages[SEQPACKET_BATCH];
};

/* Fills the inbox with what is there.  The status is about what follows these messages: OK,
 * perhaps more. */
enum seqpacket_status seqpacket_receive_some(int fd, struct seqpacket_inbox *inbox);

/* Sends up to SEQPACKET_BATCH messages, one a part; *sent is how many left.  The status is
 * about the first that did not. */
enum seqpacket_status seqpacket_send_some(int fd, struct iovec *parts, unsigned count,
                                          unsigned *sent);

#endif
