/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One of several frontends: their limits are one (ledger.h), and what one of them keeps for
 * download the others find.  An edge; the daemon.  Where a function takes NULL, this frontend is
 * alone, and nothing of it costs anything.
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_SHARING_H
#define PORTLIGHT_FRONTEND_SHARE_SHARING_H

#include "common/config/config_keys.h"
#include "common/limit/ratelimit.h"
#include "frontend/event/loop.h"
#include "frontend/share/fetches.h"
#include "frontend/share/ledger.h"

struct sharing;

/* For --check-config, and for sharing_new: are fleet.frontends and fleet.secret such that this one
 * can be one of several?  True with no others; false after logging why not. */
bool sharing_check(const struct config *config);

/* NULL if fleet.frontends names no others.  Reads fleet.secret, while it may still be read, and
 * ends the process after logging what is wrong with that or the names.  config outlives it. */
struct sharing *sharing_new(const struct config *config);
void sharing_free(struct sharing *sharing); /* NULL is none */

/* What it has to keep over restarts: 0 for NULL; and where, before the first limit.  *spent_ns is
 * set if the limits' memory is another's. */
size_t sharing_memory_len(const struct sharing *sharing);
void sharing_keep(struct sharing *sharing, void *memory, uint64_t *spent_ns);

/* The limit of this setup, alone or one of several.  The result is the caller's to ratelimit_free,
 * after sharing_free; NULL without memory. */
struct ratelimit *sharing_limit(struct sharing *sharing, enum statement_limit which,
                                const struct ratelimit_setup *setup);

/* A file that is kept here, or NULL. */
typedef const uint8_t *sharing_find_fn(void *context, const char *name, size_t *len);

/* Begins to tell and hear, and to answer for what is kept here.  False without memory. */
bool sharing_open(struct sharing *sharing, struct loop *loop, sharing_find_fn *find, void *context);

/* --- what others keep ------------------------------------------------------------------ */

enum { SHARING_OWNER_LEN = 2 /* digits in front of a file's name: whose it is */ };

/* This frontend's digits; the text is empty for NULL. */
void sharing_owner(const struct sharing *sharing, char digits[static SHARING_OWNER_LEN + 1]);

/* The file as it is asked for: whose, and its own name.  False if it is kept here, if anywhere. */
bool sharing_is_elsewhere(const struct sharing *sharing, const char *file, unsigned *frontend);

/* Asks for it; `done` is called once, in bounded time and not during this.  A number for
 * sharing_give_up, or 0: too many are under way, or nobody can be asked. */
uint32_t sharing_fetch(struct sharing *sharing, unsigned frontend, const char *name,
                       fetches_done_fn *done, void *context);
void sharing_give_up(struct sharing *sharing, uint32_t number);

/* --- for the operator ------------------------------------------------------------------- */

struct sharing_state {
    unsigned count;
    const char *names[STATEMENT_FRONTENDS_MAX];
    bool is_heard[STATEMENT_FRONTENDS_MAX]; /* itself, too */
    double shares[STATEMENT_LIMITS];        /* of the quotas, granted together with these */
    const struct ledger_counts *counts;
};

void sharing_look(const struct sharing *sharing, struct sharing_state *state);

#endif
