/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file that another frontend keeps, asked for piece by piece.  Pure; the daemon.
 *
 * The question: 32 digits of the file's name, 4 bytes of where the piece begins.  The answer:
 * 8 bytes SipHash of the question and all that follows by the frontends' key, 4 of the whole
 * length, the piece.  Of a file that isn't there the length is 0.
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_PIECE_H
#define PORTLIGHT_FRONTEND_SHARE_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/siphash.h"

enum {
    PIECE_NAME_LEN = 32 + 1, /* as download_cache.h makes them */
    PIECE_ASK_LEN = PIECE_NAME_LEN - 1 + 4,
    PIECE_BYTES_MAX = 48 * 1024,
    PIECE_MAX_LEN = 8 + 4 + PIECE_BYTES_MAX,
};

struct piece_ask {
    char name[PIECE_NAME_LEN];
    uint32_t at;
};

/* A part of a file, which stays somebody else's memory. */
struct file_piece {
    uint32_t file_len;
    const uint8_t *bytes;
    size_t len; /* not 0, unless there is no file */
};

void piece_ask_write(const struct piece_ask *ask, uint8_t out[static PIECE_ASK_LEN]);
bool piece_ask_read(const void *data, size_t len, struct piece_ask *out);

/* What of the file the question gets; its length. */
size_t piece_write(const struct piece_ask *ask, const uint8_t *file, size_t file_len,
                   const uint8_t key[static SIPHASH_KEY_LEN], uint8_t out[static PIECE_MAX_LEN]);

/* False if it does not answer this question, or reaches beyond the file. */
bool piece_read(const struct piece_ask *ask, const void *data, size_t len,
                const uint8_t key[static SIPHASH_KEY_LEN], struct file_piece *out);

#endif
