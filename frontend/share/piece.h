/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages that fetch a file from another frontend, piece by piece.  Pure; the daemon.
 *
 * Question: the file's name (32 digits), the offset of the piece (4 bytes).  Answer: SipHash with
 * the frontends' key over the question and the rest of the answer (8 bytes), the file's length (4
 * bytes), the piece.  The length of a missing file is 0.
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

/* A part of a file; points into the answer. */
struct file_piece {
    uint32_t file_len;
    const uint8_t *bytes;
    size_t len; /* not 0, unless there is no file */
};

void piece_ask_write(const struct piece_ask *ask, uint8_t out[static PIECE_ASK_LEN]);
bool piece_ask_read(const void *data, size_t len, struct piece_ask *out);

/* Writes the answer to the question and returns its length. */
size_t piece_write(const struct piece_ask *ask, const uint8_t *file, size_t file_len,
                   const uint8_t key[static SIPHASH_KEY_LEN], uint8_t out[static PIECE_MAX_LEN]);

/* Reads an answer.  False if it does not belong to this question or exceeds the file. */
bool piece_read(const struct piece_ask *ask, const void *data, size_t len,
                const uint8_t key[static SIPHASH_KEY_LEN], struct file_piece *out);

#endif
