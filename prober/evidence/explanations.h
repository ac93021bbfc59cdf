/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verdicts by elimination.  Each row of a table is one possible explanation, with the values that
 * each observation can have under it.  An observation that a row can't produce excludes the row; a
 * verdict states what the remaining rows agree on.  docs/verdicts.md has the table in words, with
 * its sources. Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_EXPLANATIONS_H
#define PORTLIGHT_PROBER_EVIDENCE_EXPLANATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/contract/verdict.h"
#include "prober/evidence/observation.h"

/* The remaining rows, and the rarity of the most common one for each claim.  Rarity is counted in
 * points, which add up: 0 common, 1 uncommon, 2 rare, 3 very rare.  More than
 * EXPLANATIONS_RARITY_MAX, such as two rare things at once, is not considered. */
enum { EXPLANATIONS_RARITY_MAX = 3, EXPLANATIONS_NO_ROW = EXPLANATIONS_RARITY_MAX + 1 };

struct survivors {
    uint64_t rows; /* bits by enum verdict_explanation; circumstances included */
    uint8_t disposition[DISPOSITION_COUNT]; /* the lowest rarity of a row with this one */
    uint8_t actor[ACTOR_COUNT];             /* or EXPLANATIONS_NO_ROW */
};

/* Fills *left with the rows that can produce what was seen, if need be with circumstances. */
void explanations_survive(const value_set seen[static OBS_COUNT], struct survivors *left);

/* The claim of the most common survivors.  *confidence tells how much rarer those are that
 * disagree. False, with 0 (unknown) and a guess, if equally common ones disagree. */
bool explanations_disposition(const struct survivors *left, enum verdict_disposition *disposition,
                              enum verdict_confidence *confidence);
bool explanations_actor(const struct survivors *left, enum verdict_actor *actor,
                        enum verdict_confidence *confidence);

/* Could one of these observations (bits by enum observation), if not made yet, change what a
 * verdict claims?  Ignores values that only rare explanations produce: they aren't worth the
 * packets. */
bool explanations_wants(const value_set seen[static OBS_COUNT], unsigned observations);

#endif
