/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/cursor.h"

#include <string.h>

struct reader reader_of(const void *data, size_t len)
{
    return (struct reader){.data = data, .len = len};
}

struct writer writer_of(void *data, size_t len)
{
    return (struct writer){.data = data, .len = len};
}

size_t read_left(const struct reader *reader)
{
    return reader->failed ? 0 : reader->len - reader->pos;
}

static uint64_t read_big_endian(struct reader *reader, size_t len)
{
    uint64_t value = 0;

    if (read_left(reader) < len) {
        reader->failed = true;
        return 0;
    }
    for (size_t i = 0; i < len; i++)
        value = value << 8 | reader->data[reader->pos++];
    return value;
}

uint8_t read_u8(struct reader *reader)
{
    return (uint8_t)read_big_endian(reader, 1);
}

uint16_t read_u16(struct reader *reader)
{
    return (uint16_t)read_big_endian(reader, 2);
}

uint32_t read_u32(struct reader *reader)
{
    return (uint32_t)read_big_endian(reader, 4);
}

uint64_t read_u64(struct reader *reader)
{
    return read_big_endian(reader, 8);
}

void read_bytes(struct reader *reader, void *out, size_t len)
{
    if (read_left(reader) < len) {
        reader->failed = true;
        memset(out, 0, len);
        return;
    }
    memcpy(out, reader->data + reader->pos, len);
    reader->pos += len;
}

void read_skip(struct reader *reader, size_t len)
{
    if (read_left(reader) < len)
        reader->failed = true;
    else
        reader->pos += len;
}

static void write_big_endian(struct writer *writer, uint64_t value, size_t len)
{
    if (writer->failed || writer->len - writer->pos < len) {
        writer->failed = true;
        return;
    }
    for (size_t i = len; i-- > 0;)
        writer->data[writer->pos++] = (uint8_t)(value >> (8 * i));
}

void write_u8(struct writer *writer, uint8_t value)
{
    write_big_endian(writer, value, 1);
}

void write_u16(struct writer *writer, uint16_t value)
{
    write_big_endian(writer, value, 2);
}

void write_u32(struct writer *writer, uint32_t value)
{
    write_big_endian(writer, value, 4);
}

void write_u64(struct writer *writer, uint64_t value)
{
    write_big_endian(writer, value, 8);
}

void write_bytes(struct writer *writer, const void *data, size_t len)
{
    if (writer->failed || writer->len - writer->pos < len) {
        writer->failed = true;
        return;
    }
    memcpy(writer->data + writer->pos, data, len);
    writer->pos += len;
}
