/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes to and from the target, on a connected socket that does not block: with one deadline for
 * all of them, and a cap on what is read.  An edge; the inspector's worker.  An end is
 * for good: later reads and writes fail at once.
 */
#ifndef PORTLIGHT_INSPECTOR_IO_STREAM_H
#define PORTLIGHT_INSPECTOR_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stream_end {
    STREAM_OPEN = 0,
    STREAM_CLOSED, /* by the target */
    STREAM_RESET,
    STREAM_LATE,     /* the deadline */
    STREAM_TOO_MUCH, /* more than the cap */
};

struct stream {
    int fd;
    uint64_t start_ns, deadline_ns;
    uint64_t first_ns; /* when the first byte came; 0: none */
    size_t received, cap;
    enum stream_end end;
    bool framed;       /* TLS inside PRELOGIN packets of SQL Server (MS-TDS section 2.2.6.5) */
    size_t frame_left; /* bytes to come of the packet that is being read */
};

/* What there is, but at least a byte: waits until until_ns (or the deadline, if earlier).  0 at
 * the end, or when only until_ns has passed: the stream is then still open. */
size_t stream_read(struct stream *stream, void *out, size_t len, uint64_t until_ns);

bool stream_write(struct stream *stream, const void *data, size_t len);

/* Reads on and forgets what comes, until the other side ends it, or until_ns, or too much of it: a
 * socket that is closed with bytes unread sends a RST in place of a FIN (RFC 9293 section 3.6). */
void stream_drain(struct stream *stream, uint64_t until_ns);

#endif
