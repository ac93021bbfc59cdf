/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One datagram in, one datagram out, on the Unix socket between the prober and
 * its clients.  An edge; both processes.  A message that was cut, is empty or
 * carries a file descriptor is a violation: the peer is to be dropped.
 */
#ifndef PORTLIGHT_SEQPACKET_H
#define PORTLIGHT_SEQPACKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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

#endif
