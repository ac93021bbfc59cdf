/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounded big-endian reading and writing, of messages and captured packets.  Inline,
 * because nothing is called more often than these few instructions.
 * Pure; all programs.  A cursor that ran short stays failed: reads give 0,
 * writes do nothing, and one look at `failed` at the end covers all of them.
 */
#ifndef PORTLIGHT_COMMON_BASE_CURSOR_H
#define PORTLIGHT_COMMON_BASE_CURSOR_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct reader {
    const uint8_t *data;
    size_t len;
    size_t pos;
    bool failed;
};

struct writer {
    uint8_t *data;
    size_t len; /* capacity */
    size_t pos;
    bool failed;
};

/* The buffer stays the caller's and must outlive the cursor. */
static inline struct reader reader_of(const void *data, size_t len)
{
    return (struct reader){.data = data, .len = len};
}

static inline struct writer writer_of(void *data, size_t len)
{
    return (struct writer){.data = data, .len = len};
}

static inline size_t read_left(const struct reader *reader)
{
    return reader->failed ? 0 : reader->len - reader->pos;
}

/* Gives zeros when short. */
static inline void read_bytes(struct reader *reader, void *out, size_t len)
{
    if (read_left(reader) < len) {
        reader->failed = true;
        memset(out, 0, len);
        return;
    }
    memcpy(out, reader->data + reader->pos, len);
    reader->pos += len;
}

static inline void read_skip(struct reader *reader, size_t len)
{
    if (read_left(reader) < len)
        reader->failed = true;
    else
        reader->pos += len;
}

static inline void write_bytes(struct writer *writer, const void *data, size_t len)
{
    if (writer->failed || writer->len - writer->pos < len) {
        writer->failed = true;
        return;
    }
    memcpy(writer->data + writer->pos, data, len);
    writer->pos += len;
}

static inline uint8_t read_u8(struct reader *reader)
{
    uint8_t value;

    read_bytes(reader, &value, sizeof(value));
    return value;
}

static inline uint16_t read_u16(struct reader *reader)
{
    uint16_t value;

    read_bytes(reader, &value, sizeof(value));
    return be16toh(value);
}

static inline uint32_t read_u32(struct reader *reader)
{
    uint32_t value;

    read_bytes(reader, &value, sizeof(value));
    return be32toh(value);
}

static inline uint64_t read_u64(struct reader *reader)
{
    uint64_t value;

    read_bytes(reader, &value, sizeof(value));
    return be64toh(value);
}

static inline void write_u8(struct writer *writer, uint8_t value)
{
    write_bytes(writer, &value, sizeof(value));
}

static inline void write_u16(struct writer *writer, uint16_t value)
{
    value = htobe16(value);
    write_bytes(writer, &value, sizeof(value));
}

static inline void write_u32(struct writer *writer, uint32_t value)
{
    value = htobe32(value);
    write_bytes(writer, &value, sizeof(value));
}

static inline void write_u64(struct writer *writer, uint64_t value)
{
    value = htobe64(value);
    write_bytes(writer, &value, sizeof(value));
}

#endif
