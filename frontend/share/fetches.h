/* SPDX-License-Identifier: BSD-2-Clause */
/* Fetches files from other frontends, piece by piece (piece.h).  An edge; the daemon.  Part of
 * sharing.h. */
#ifndef PORTLIGHT_FRONTEND_SHARE_FETCHES_H
#define PORTLIGHT_FRONTEND_SHARE_FETCHES_H

#include "frontend/share/fleet_link.h"
#include "frontend/share/piece.h"

struct fetches;

enum fetches_end {
    FETCHES_WHOLE,
    FETCHES_GONE, /* the owner has no such file */
    FETCHES_AWAY, /* the owner doesn't answer */
};

/* data is NULL unless `how` is FETCHES_WHOLE; it is valid during the call. */
typedef void fetches_done_fn(void *context, enum fetches_end how, const uint8_t *data, size_t len);

enum {
    FETCHES_MAX = 32,               /* at a time */
    FETCHES_FILE_MAX_LEN = 1 << 20, /* per file; the packets of a check are smaller */
    FETCHES_PIECE_MS = 4000,        /* timeout for one piece */
};

/* link and key must outlive it.  NULL without memory. */
struct fetches *fetches_new(struct fleet_link *link, const uint8_t key[static SIPHASH_KEY_LEN]);
void fetches_free(struct fetches *fetches); /* NULL is allowed; calls no `done` */

/* Returns a number for fetches_give_up, or 0 if too many are under way or portlight-fleet is not
 * connected.  `done` is called once, and not during this call. */
uint32_t fetches_begin(struct fetches *fetches, const char *frontend, const struct piece_ask *ask,
                       fetches_done_fn *done, void *context, uint64_t now_ns);
void fetches_give_up(struct fetches *fetches, uint32_t number);

/* Handles an answer. */
void fetches_take(struct fetches *fetches, const struct frontend_frame *answer, uint64_t now_ns);
/* Call this regularly: ends fetches whose piece has timed out. */
void fetches_sweep(struct fetches *fetches, uint64_t now_ns);
/* Ends all with FETCHES_AWAY. */
void fetches_end(struct fetches *fetches);

#endif
