/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes several frontends act as one: they share their limits (ledger.h), and each finds the files
 * that another one keeps for download.  An edge; the daemon.  Where a function accepts NULL, that
 * means a single frontend, at no cost.
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_SHARING_H
#define PORTLIGHT_FRONTEND_SHARE_SHARING_H

#include "common/config/config_keys.h"
#include "common/limit/ratelimit.h"
#include "frontend/event/loop.h"
#include "frontend/share/fetches.h"
#include "frontend/share/ledger.h"

struct sharing;

/* Can this be one of several frontends, by fleet.frontends and fleet.secret?  For --check-config
 * and sharing_new.  True without other frontends; logs why and returns false otherwise. */
bool sharing_check(const struct config *config);

/* Returns NULL if fleet.frontends names no others.  Reads fleet.secret, so call it before the
 * sandbox.  Logs and ends the process if the secret or the names are invalid. config must outlive
 * it. */
struct sharing *sharing_new(const struct config *config);
void sharing_free(struct sharing *sharing); /* NULL is allowed */

/* The memory to keep across restarts (0 for NULL), and the call that sets it, before the first
 * limit is made.  Sets *spent_ns if the memory belongs to other frontends or another key: all
 * limits must then start fully spent. */
size_t sharing_memory_len(const struct sharing *sharing);
void sharing_keep(struct sharing *sharing, void *memory, uint64_t *spent_ns);

/* Makes a rate limit, shared with the other frontends if there are any.  The caller frees it with
 * ratelimit_free after sharing_free; NULL without memory. */
struct ratelimit *sharing_limit(struct sharing *sharing, enum statement_limit which,
                                const struct ratelimit_setup *setup);

/* Finds a file that is kept here, or NULL. */
typedef const uint8_t *sharing_find_fn(void *context, const char *name, size_t *len);

/* Starts to exchange charges, and to answer other frontends' requests for files.  False without
 * memory. */
bool sharing_open(struct sharing *sharing, struct loop *loop, sharing_find_fn *find, void *context);

/* --- files of other frontends ------------------------------------------------------- */

enum {
    SHARING_OWNER_LEN = 2 /* digits before a file's name: the index of the frontend that keeps it */
};

/* Writes this frontend's digits; an empty text for NULL. */
void sharing_owner(const struct sharing *sharing, char digits[static SHARING_OWNER_LEN + 1]);

/* Is the file, named with its owner's digits, kept by another frontend?  Sets *frontend to its
 * index. */
bool sharing_is_elsewhere(const struct sharing *sharing, const char *file, unsigned *frontend);

/* Fetches the file.  `done` is called once, in bounded time and not during this call.  Returns a
 * number for sharing_give_up, or 0 if too many fetches are under way or portlight-fleet is not
 * connected. */
uint32_t sharing_fetch(struct sharing *sharing, unsigned frontend, const char *name,
                       fetches_done_fn *done, void *context);
void sharing_give_up(struct sharing *sharing, uint32_t number);

/* --- for metrics -------------------------------------------------------------------- */

struct sharing_state {
    unsigned count;
    const char *names[STATEMENT_FRONTENDS_MAX];
    bool is_in_sync[STATEMENT_FRONTENDS_MAX]; /* including itself */
    double shares[STATEMENT_LIMITS]; /* the part of each quota that the frontends in sync grant
                                        together */
    const struct ledger_counts *counts;
};

void sharing_get_state(const struct sharing *sharing, struct sharing_state *state);

#endif
