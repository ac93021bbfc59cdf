/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/io/stream.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "common/base/clock.h"

enum { FRAME_HEADER_LEN = 8, FRAME_MAX_LEN = 4096, FRAME_PRELOGIN = 0x12, FRAME_LAST = 1 };
enum { DRAIN_PIECE_LEN = 4096, DRAIN_MAX_LEN = 64 * 1024 };

/* Waits for an event; false once the time is over. */
static bool wait_for(const struct stream *stream, short events, uint64_t until_ns)
{
    uint64_t now_ns = clock_now_ns();
    struct pollfd poll_fd = {.fd = stream->fd, .events = events};

    if (until_ns > stream->deadline_ns)
        until_ns = stream->deadline_ns;
    return now_ns < until_ns &&
           poll(&poll_fd, 1, (int)((until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS)) > 0;
}

static void note_failure(struct stream *stream)
{
    stream->end = errno == EPIPE ? STREAM_CLOSED : STREAM_RESET;
}

static size_t read_plain(struct stream *stream, void *out, size_t len, uint64_t until_ns)
{
    while (stream->end == STREAM_OPEN) {
        ssize_t got;
        if (clock_now_ns() >= stream->deadline_ns) { /* even if bytes still trickle in */
            stream->end = STREAM_LATE;
            break;
        }
        got = read(stream->fd, out, len);
        if (got > 0) {
            stream->first_ns = stream->first_ns != 0 ? stream->first_ns : clock_now_ns();
            stream->received += (size_t)got;
            if (stream->received > stream->cap)
                stream->end = STREAM_TOO_MUCH;
            return stream->end == STREAM_OPEN ? (size_t)got : 0;
        }
        if (got == 0)
            stream->end = STREAM_CLOSED;
        else if (errno != EAGAIN && errno != EINTR)
            note_failure(stream);
        else if (!wait_for(stream, POLLIN, until_ns) && clock_now_ns() >= until_ns)
            break;
    }
    if (stream->end == STREAM_OPEN && clock_now_ns() >= stream->deadline_ns)
        stream->end = STREAM_LATE;
    return 0;
}

/* Reads the next packet's header; false at the end. */
static bool read_header(struct stream *stream, uint64_t until_ns)
{
    uint8_t header[FRAME_HEADER_LEN] = {0};
    size_t len = 0, got;

    while (len < sizeof(header)) {
        /* don't stop inside a header: it has no buffer that survives the call */
        got = read_plain(stream, header + len, sizeof(header) - len,
                         len == 0 ? until_ns : UINT64_MAX);
        if (got == 0)
            return false;
        len += got;
    }
    len = (size_t)header[2] << 8 | header[3];
    stream->frame_left = len > FRAME_HEADER_LEN ? len - FRAME_HEADER_LEN : 0;
    return stream->frame_left > 0;
}

size_t stream_read(struct stream *stream, void *out, size_t len, uint64_t until_ns)
{
    size_t got;

    if (!stream->framed)
        return read_plain(stream, out, len, until_ns);
    if (stream->frame_left == 0 && !read_header(stream, until_ns))
        return 0;
    got = read_plain(stream, out, len < stream->frame_left ? len : stream->frame_left, until_ns);
    stream->frame_left -= got;
    return got;
}

static bool write_plain(struct stream *stream, const void *data, size_t len)
{
    const uint8_t *at = data;

    while (len > 0 && stream->end == STREAM_OPEN) {
        ssize_t put = write(stream->fd, at, len);
        if (put > 0) {
            at += put;
            len -= (size_t)put;
        } else if (put < 0 && errno != EAGAIN && errno != EINTR) {
            note_failure(stream);
        } else if (!wait_for(stream, POLLOUT, stream->deadline_ns) &&
                   clock_now_ns() >= stream->deadline_ns) {
            stream->end = STREAM_LATE;
        }
    }
    return stream->end == STREAM_OPEN;
}

bool stream_write(struct stream *stream, const void *data, size_t len)
{
    const uint8_t *at = data;

    while (stream->framed && len > 0) {
        size_t most = FRAME_MAX_LEN - FRAME_HEADER_LEN, part = len < most ? len : most;
        size_t whole = part + FRAME_HEADER_LEN;
        const uint8_t header[FRAME_HEADER_LEN] = {FRAME_PRELOGIN, part == len ? FRAME_LAST : 0,
                                                  (uint8_t)(whole >> 8), (uint8_t)whole};
        if (!write_plain(stream, header, sizeof(header)) || !write_plain(stream, at, part))
            return false;
        at += part;
        len -= part;
    }
    return write_plain(stream, at, len);
}

void stream_drain(struct stream *stream, uint64_t until_ns)
{
    uint8_t piece[DRAIN_PIECE_LEN];
    size_t len = 0, got;

    stream->framed = false;
    if (stream->end == STREAM_CLOSED) /* a write may have failed; bytes may still be unread */
        stream->end = STREAM_OPEN;
    do {
        got = stream_read(stream, piece, sizeof(piece), until_ns);
        len += got;
    } while (got > 0 && len < DRAIN_MAX_LEN && clock_now_ns() < until_ns);
}
