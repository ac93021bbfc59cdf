/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of other frontends that are being fetched, piece by piece (piece.h).  An edge; the
 * daemon, a part of sharing.h. */
#ifndef PORTLIGHT_FRONTEND_SHARE_FETCHES_H
#define PORTLIGHT_FRONTEND_SHARE_FETCHES_H

#include "frontend/share/fleet_link.h"
#include "frontend/share/piece.h"

struct fetches;

enum fetches_end {
    FETCHES_WHOLE,
    FETCHES_GONE, /* its owner keeps no such file */
    FETCHES_AWAY, /* the owner doesn't answer */
};

/* The data is NULL unless it is whole. */
typedef void fetches_done_fn(void *context, enum fetches_end how, const uint8_t *data, size_t len);

enum {
    FETCHES_MAX = 32,               /* at a time */
    FETCHES_FILE_MAX_LEN = 1 << 20, /* of one file: the packets of a check are less */
    FETCHES_PIECE_MS = 4000,        /* until a piece is there */
};

/* link and key outlive it. */
struct fetches *fetches_new(struct fleet_link *link, const uint8_t key[static SIPHASH_KEY_LEN]);
void fetches_free(struct fetches *fetches); /* NULL is none; nobody is told */

/* `done` is called once, not during this; 0: too many are under way, or nobody is there. */
uint32_t fetches_begin(struct fetches *fetches, const char *frontend, const struct piece_ask *ask,
                       fetches_done_fn *done, void *context, uint64_t now_ns);
void fetches_give_up(struct fetches *fetches, uint32_t number);

/* An answer. */
void fetches_take(struct fetches *fetches, const struct frontend_frame *answer, uint64_t now_ns);
/* Now and then: ends those that nobody answers. */
void fetches_sweep(struct fetches *fetches, uint64_t now_ns);
/* Ends all. */
void fetches_end(struct fetches *fetches);

#endif
