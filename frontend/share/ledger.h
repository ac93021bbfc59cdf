/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps this frontend's charges until all other frontends have them, and tracks theirs, so that
 * the limits of several frontends become one.  Pure; the daemon.
 *
 * Each charge has a number.  Statements (statement.h) carry new charges to all frontends, and
 * repeat what some frontend still lacks, so nothing is lost when an engine, a connection or a
 * process was down.  Another frontend is in sync while its statements arrive, all its charges are
 * here, and ours are there.  Frontends in sync grant their shares of the quotas together; a
 * frontend that is in sync with no other grants only one frontend's share.  So a frontend that
 * knows nothing never grants the whole quota.
 *
 * A statement can only charge: whatever it says, somebody has less.  Its effect is bounded: from
 * each frontend only so many charges a second count, and the rest must be repeated.
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_LEDGER_H
#define PORTLIGHT_FRONTEND_SHARE_LEDGER_H

#include "common/limit/ratelimit.h"
#include "frontend/share/statement.h"

enum {
    LEDGER_BEAT_MS = 1000,
    LEDGER_SILENCE_MS = 3500,      /* a frontend silent for this long is out of sync */
    LEDGER_CHARGES = 65536,        /* kept for repetition */
    LEDGER_ACCEPTED_PER_S = 20000, /* from one frontend; twice as many in a burst */
    LEDGER_REPEATS_PER_BEAT = 8,   /* statements that repeat charges */
};

struct ledger;

/* A charge of another frontend. */
typedef void ledger_note_fn(void *context, enum statement_limit limit,
                            const struct ratelimit_charge *charge, uint64_t age_ns);

struct ledger_setup {
    const uint8_t *key; /* the frontends' shared key, SIPHASH_KEY_LEN bytes */
    char names[STATEMENT_FRONTENDS_MAX][PLACE_NAME_LEN];
    unsigned count, self; /* the number of names; the index of this frontend */
    uint64_t random;      /* not 0: the epoch of a new ledger */
    void *memory; /* ledger_memory_len() bytes that outlive the ledger, zeroed or as a previous one
                     left them */
    ledger_note_fn *note;
    void *context;
};

/* The state of the memory at the start. */
enum ledger_memory {
    LEDGER_NEW,     /* zeroed */
    LEDGER_AS_LEFT, /* from a ledger of the same frontends and key */
    LEDGER_FOREIGN, /* from other frontends or another key, as are the limits: starts empty */
};

size_t ledger_memory_len(void);

/* The caller frees it with ledger_free.  NULL without memory. */
struct ledger *ledger_new(const struct ledger_setup *setup, uint64_t now_ns);
void ledger_free(struct ledger *ledger); /* NULL is allowed */
enum ledger_memory ledger_began(const struct ledger *ledger);

/* Adds a charge of this frontend; a cost above STATEMENT_COST_MAX becomes several charges. */
void ledger_add(struct ledger *ledger, enum statement_limit limit,
                const struct ratelimit_charge *charge, uint64_t now_ns);
bool ledger_has_news(const struct ledger *ledger);

/* Call this every LEDGER_BEAT_MS: schedules a statement, and repetitions of what another frontend
 * lacks. */
void ledger_beat(struct ledger *ledger, uint64_t now_ns);

/* Writes the next statement for all other frontends and returns its length; 0 if there is none to
 * send. */
size_t ledger_make_statement(struct ledger *ledger, uint64_t now_ns,
                             uint8_t out[static STATEMENT_MAX_LEN]);

/* Processes another frontend's statement; false if it is invalid. */
bool ledger_take_statement(struct ledger *ledger, const char *sender, const void *data, size_t len,
                           uint64_t now_ns);

/* Is the frontend with this index in sync?  This one always is. */
bool ledger_in_sync(const struct ledger *ledger, unsigned frontend, uint64_t now_ns);

/* How many frontends grant quotas together (ratelimit_set_share), for a limit with this window. 1
 * for a whole window after charges of others, or the memory, were lost for good. */
uint32_t ledger_share(const struct ledger *ledger, uint64_t window_ns, uint64_t now_ns);

struct ledger_counts {
    uint64_t sent;     /* this frontend's charges */
    uint64_t received; /* charges of other frontends */
    uint64_t repeated; /* statements repeated */
    uint64_t refused;  /* invalid statements */
    uint64_t lost;     /* gaps that can't be filled any more */
};

const struct ledger_counts *ledger_counts(const struct ledger *ledger);

#endif
