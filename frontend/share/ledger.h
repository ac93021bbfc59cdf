/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What this frontend has charged, until all others have it, and what it has of theirs: several
 * frontends' limits become one.  Pure; the daemon.
 *
 * Each charge has a number.  Statements (statement.h) carry new ones to all; what somebody says
 * not to have yet is told again, so that nothing is lost with an engine, a connection or a process
 * that was away.  Another frontend is heard while its statements come, all of its charges are here,
 * and ours are there.  Those who hear each other grant together what is their share of the quotas;
 * who hears nobody takes one frontend's share.  Nobody ever grants all because he knows nothing.
 *
 * Only takes: whatever a statement says, somebody has less.  Bounded: so many charges a second of
 * each frontend count, the rest has to be told again.
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_LEDGER_H
#define PORTLIGHT_FRONTEND_SHARE_LEDGER_H

#include "common/limit/ratelimit.h"
#include "frontend/share/statement.h"

enum {
    LEDGER_BEAT_MS = 1000,
    LEDGER_HEARD_MS = 3500,   /* whoever was silent for so long is not heard any more */
    LEDGER_CHARGES = 65536,   /* kept to be told again */
    LEDGER_TAKEN_A_S = 20000, /* of one frontend; twice as many at once */
    LEDGER_AGAIN_A_BEAT = 8,  /* statements that repeat */
};

struct ledger;

/* A charge of another frontend. */
typedef void ledger_note_fn(void *context, enum statement_limit limit,
                            const struct ratelimit_charge *charge, uint64_t age_ns);

struct ledger_setup {
    const uint8_t *key; /* SIPHASH_KEY_LEN bytes, of the frontends */
    char names[STATEMENT_FRONTENDS_MAX][PLACE_NAME_LEN];
    unsigned count, self; /* names; which of them this is */
    uint64_t random;      /* not 0: the epoch of a ledger that begins anew */
    void *memory;         /* ledger_memory_len() bytes of the caller's that outlive it, zeroed or
                             as one before left them */
    ledger_note_fn *note;
    void *context;
};

/* What it begins with. */
enum ledger_memory {
    LEDGER_NEW,      /* nothing: the memory is zero */
    LEDGER_AS_LEFT,  /* what one of the same frontends and key left */
    LEDGER_ANOTHERS, /* nothing: it was one of others, or by another key, and so are the limits */
};

size_t ledger_memory_len(void);

/* The result is the caller's to ledger_free; NULL without memory. */
struct ledger *ledger_new(const struct ledger_setup *setup, uint64_t now_ns);
void ledger_free(struct ledger *ledger); /* NULL is none */
enum ledger_memory ledger_began(const struct ledger *ledger);

/* One of ours; a cost of more than STATEMENT_COST_MAX becomes several charges. */
void ledger_add(struct ledger *ledger, enum statement_limit limit,
                const struct ratelimit_charge *charge, uint64_t now_ns);
bool ledger_has_news(const struct ledger *ledger);

/* Each LEDGER_BEAT_MS: a statement is due, and whatever somebody still lacks. */
void ledger_beat(struct ledger *ledger, uint64_t now_ns);

/* The next statement for all others; 0 if there is nothing to say. */
size_t ledger_tell(struct ledger *ledger, uint64_t now_ns, uint8_t out[static STATEMENT_MAX_LEN]);

/* One that another frontend told; false if it makes no sense. */
bool ledger_take(struct ledger *ledger, const char *sender, const void *data, size_t len,
                 uint64_t now_ns);

/* Is the frontend of this number heard (this one is)? */
bool ledger_hears(const struct ledger *ledger, unsigned frontend, uint64_t now_ns);

/* For a limit of this window: how many frontends grant together (ratelimit_set_share).  1 for a
 * window after something was lost for good: others' charges, or the memory. */
uint32_t ledger_share(const struct ledger *ledger, uint64_t window_ns, uint64_t now_ns);

struct ledger_counts {
    uint64_t told;    /* charges of ours */
    uint64_t taken;   /* of others */
    uint64_t again;   /* statements repeated */
    uint64_t refused; /* statements that made no sense */
    uint64_t lost;    /* gaps that nobody can fill any more */
};

const struct ledger_counts *ledger_counts(const struct ledger *ledger);

#endif
