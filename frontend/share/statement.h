/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frontend's message to the others: its numbered charges, and what it has received from each of
 * them.  It is signed with a secret that only frontends have, so the engine and portlight-fleet,
 * which carry it, can't forge one.  It contains no address (ratelimit.h).  Pure; the daemon.
 *
 *   8  SipHash of the sender's name and everything below, with the frontends' key
 *   1  the version of this layout
 *   8  epoch: a random number for the sender's series of charges, which starts with number 0
 *   8  beat: counts the sender's statements
 *   8  oldest: the first charge that the sender still has
 *   8  next: the number of its next charge
 *   8  first: the number of the first charge here; the others follow without gaps
 *   1  the number of frontends; then for each, in the order of fleet.frontends:
 *        8  its epoch, or 0: nothing was received from it
 *        8  the number of the next charge expected from it
 *        8  the last beat received from it
 *   2  the number of charges; then for each:
 *        1  the limit (enum statement_limit; a newer frontend may have more, which others skip)
 *        1  the tier's bits    8  the name
 *        2  the cost    2  the age in tenths of a second; the maximum means "or more"
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_STATEMENT_H
#define PORTLIGHT_FRONTEND_SHARE_STATEMENT_H

#include "common/base/siphash.h"
#include "common/contract/place.h"

enum statement_limit {
    STATEMENT_CLIENTS,
    STATEMENT_NEW_TARGETS,
    STATEMENT_TARGETS,
    STATEMENT_TARGET_PARTS,
    STATEMENT_OWN_TARGETS,
    STATEMENT_LIMITS
};

enum {
    STATEMENT_FRONTENDS_MAX = PLACES_MAX, /* as config_items.c has it */
    STATEMENT_CHARGES_MAX = 2000,
    STATEMENT_COST_MAX = UINT16_MAX,
    STATEMENT_AGE_MAX = UINT16_MAX,
    STATEMENT_MAX_LEN =
        8 + 1 + 5 * 8 + 1 + 24 * STATEMENT_FRONTENDS_MAX + 2 + 14 * STATEMENT_CHARGES_MAX,
};

/* The upper bound of all numbers here, so that adding two can't overflow. */
#define STATEMENT_NUMBER_MAX (UINT64_C(1) << 62)

struct statement_charge {
    uint64_t name;
    uint16_t cost, age; /* cost: at least 1; age: tenths of a second */
    uint8_t limit, bits;
};

struct statement_ack {
    uint64_t epoch, next, beat;
};

struct statement {
    uint64_t epoch, beat, oldest, next, first;
    unsigned frontend_count, charge_count;
    struct statement_ack acks[STATEMENT_FRONTENDS_MAX];
    struct statement_charge charges[STATEMENT_CHARGES_MAX];
};

/* Writes and signs the statement; returns its length. */
size_t statement_write(const struct statement *statement, const uint8_t key[static SIPHASH_KEY_LEN],
                       const char *sender, uint8_t out[static STATEMENT_MAX_LEN]);

/* Reads a statement.  False if it is not from this sender, not signed with this key, for another
 * number of frontends, or inconsistent. */
bool statement_read(const void *data, size_t len, const uint8_t key[static SIPHASH_KEY_LEN],
                    const char *sender, unsigned frontend_count, struct statement *out);

#endif
