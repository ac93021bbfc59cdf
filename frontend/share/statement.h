/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a frontend tells the others: the charges that it made, by their numbers, and what it has
 * heard of each of them.  Signed with a secret that only frontends have, so that neither an engine
 * nor portlight-fleet, which carry it, can make one up; it names no address (ratelimit.h).  Pure;
 * the daemon.
 *
 *   8  SipHash of the sender's name and all that follows, by the frontends' key
 *   1  the layout's version
 *   8  epoch: a random number of the sender's row of charges, which begins with number 0
 *   8  beat: counts the sender's statements
 *   8  oldest: the first charge that the sender still has
 *   8  next: the number of its next charge
 *   8  first: the number of the first charge here; the others follow without gaps
 *   1  the number of frontends; then for each, in the order of fleet.frontends:
 *        8  its epoch, or 0: nothing was heard of it
 *        8  the number of its charge that is waited for
 *        8  the last beat that was heard
 *   2  the number of charges; then for each:
 *        1  the limit (enum statement_limit; a newer frontend may have more, which others skip)
 *        1  the tier's bits    8  the name
 *        2  the cost    2  the age in tenths of a second, or more
 */
#ifndef PORTLIGHT_FRONTEND_SHARE_STATEMENT_H
#define PORTLIGHT_FRONTEND_SHARE_STATEMENT_H

#include "common/base/siphash.h"
#include "common/contract/place.h"

enum statement_limit {
    STATEMENT_VISITORS,
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

/* No row has more charges: numbers can be added. */
#define STATEMENT_NUMBER_MAX (UINT64_C(1) << 62)

struct statement_charge {
    uint64_t name;
    uint16_t cost, age; /* 1 or more; tenths of a second */
    uint8_t limit, bits;
};

struct statement_heard {
    uint64_t epoch, next, beat;
};

struct statement {
    uint64_t epoch, beat, oldest, next, first;
    unsigned frontend_count, charge_count;
    struct statement_heard heard[STATEMENT_FRONTENDS_MAX];
    struct statement_charge charges[STATEMENT_CHARGES_MAX];
};

/* Its length. */
size_t statement_write(const struct statement *statement, const uint8_t key[static SIPHASH_KEY_LEN],
                       const char *sender, uint8_t out[static STATEMENT_MAX_LEN]);

/* False if it isn't the sender's, signed with this key, of so many frontends, or if its numbers do
 * not fit each other. */
bool statement_read(const void *data, size_t len, const uint8_t key[static SIPHASH_KEY_LEN],
                    const char *sender, unsigned frontend_count, struct statement *out);

#endif
