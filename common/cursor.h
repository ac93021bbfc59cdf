/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounded big-endian reading and writing: the only place that shifts bytes.
 * Pure; both processes.  A cursor that ran short stays failed: reads give 0,
 * writes do nothing, and one look at `failed` at the end covers all of them.
 */
#ifndef PORTLIGHT_CURSOR_H
#define PORTLIGHT_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
struct reader reader_of(const void *data, size_t len);
struct writer writer_of(void *data, size_t len);

uint8_t read_u8(struct reader *reader);
uint16_t read_u16(struct reader *reader);
uint32_t read_u32(struct reader *reader);
uint64_t read_u64(struct reader *reader);
void read_bytes(struct reader *reader, void *out, size_t len); /* zeros when short */
void read_skip(struct reader *reader, size_t len);
size_t read_left(const struct reader *reader);

void write_u8(struct writer *writer, uint8_t value);
void write_u16(struct writer *writer, uint16_t value);
void write_u32(struct writer *writer, uint32_t value);
void write_u64(struct writer *writer, uint64_t value);
void write_bytes(struct writer *writer, const void *data, size_t len);

#endif
