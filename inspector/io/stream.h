/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads and writes a connected non-blocking socket, with one deadline for everything and a cap on
 * the bytes received.  An edge; the inspector's worker.  After an end, later reads and writes fail
 * at once; only stream_drain still reads.
 */
#ifndef PORTLIGHT_INSPECTOR_IO_STREAM_H
#define PORTLIGHT_INSPECTOR_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stream_end {
    STREAM_OPEN = 0,
    STREAM_CLOSED, /* the target sent FIN */
    STREAM_RESET,
    STREAM_LATE,     /* the deadline passed */
    STREAM_TOO_MUCH, /* over the cap */
};

struct stream {
    int fd;
    uint64_t start_ns, deadline_ns;
    uint64_t first_ns; /* when the first byte arrived; 0: none yet */
    size_t received, cap;
    enum stream_end end;
    bool framed;       /* TLS inside SQL Server's PRELOGIN packets (MS-TDS section 2.2.6.5) */
    size_t frame_left; /* bytes left in the packet being read */
};

/* Waits for at least one byte, until until_ns or the deadline, and reads what is there.  Returns 0
 * at the end of the stream, and at until_ns, when the stream is still open. */
size_t stream_read(struct stream *stream, void *out, size_t len, uint64_t until_ns);

/* Writes all bytes; false if the stream ended first. */
bool stream_write(struct stream *stream, const void *data, size_t len);

/* Reads and discards until the other side closes, until_ns or the cap: closing a socket with unread
 * bytes sends RST instead of FIN (RFC 9293 section 3.6). */
void stream_drain(struct stream *stream, uint64_t until_ns);

#endif
