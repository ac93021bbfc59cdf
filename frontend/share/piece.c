/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/share/piece.h"

#include "common/base/cursor.h"

enum { MAC_LEN = 8 };

void piece_ask_write(const struct piece_ask *ask, uint8_t out[static PIECE_ASK_LEN])
{
    struct writer writer = writer_of(out, PIECE_ASK_LEN);

    write_bytes(&writer, ask->name, PIECE_NAME_LEN - 1);
    write_u32(&writer, ask->at);
}

bool piece_ask_read(const void *data, size_t len, struct piece_ask *out)
{
    struct reader reader = reader_of(data, len);

    memset(out, 0, sizeof(*out));
    read_bytes(&reader, out->name, PIECE_NAME_LEN - 1);
    out->at = read_u32(&reader);
    return len == PIECE_ASK_LEN && strspn(out->name, "0123456789abcdef") == PIECE_NAME_LEN - 1;
}

static uint64_t sign(const struct piece_ask *ask, const uint8_t key[static SIPHASH_KEY_LEN],
                     const uint8_t *data, size_t len)
{
    uint8_t bytes[PIECE_ASK_LEN + PIECE_MAX_LEN];

    piece_ask_write(ask, bytes);
    memcpy(bytes + PIECE_ASK_LEN, data, len);
    return siphash(key, bytes, PIECE_ASK_LEN + len);
}

size_t piece_write(const struct piece_ask *ask, const uint8_t *file, size_t file_len,
                   const uint8_t key[static SIPHASH_KEY_LEN], uint8_t out[static PIECE_MAX_LEN])
{
    struct writer writer = writer_of(out, PIECE_MAX_LEN), mac = writer_of(out, MAC_LEN);
    size_t left = ask->at < file_len ? file_len - ask->at : 0;

    write_u64(&writer, 0);
    write_u32(&writer, (uint32_t)file_len);
    if (left > 0)
        write_bytes(&writer, file + ask->at, left < PIECE_BYTES_MAX ? left : PIECE_BYTES_MAX);
    write_u64(&mac, sign(ask, key, out + MAC_LEN, writer.pos - MAC_LEN));
    return writer.pos;
}

bool piece_read(const struct piece_ask *ask, const void *data, size_t len,
                const uint8_t key[static SIPHASH_KEY_LEN], struct file_piece *out)
{
    struct reader reader = reader_of(data, len);

    if (len < MAC_LEN || len > PIECE_MAX_LEN ||
        read_u64(&reader) != sign(ask, key, (const uint8_t *)data + MAC_LEN, len - MAC_LEN))
        return false;
    out->file_len = read_u32(&reader);
    out->bytes = (const uint8_t *)data + reader.pos;
    out->len = read_remaining(&reader);
    if (reader.failed || (out->file_len == 0) != (out->len == 0))
        return false;
    return out->len == 0 || (ask->at < out->file_len && out->len <= out->file_len - ask->at);
}
