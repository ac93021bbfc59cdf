/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verdicts by elimination.  A table of explanations: each row is one way the world can be, with
 * the values that each observation can have in it.  A row dies only by an observation that it
 * cannot produce; a verdict names what the rows that are left agree on.  docs/verdicts.md has
 * the table in words, with its sources.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_EXPLANATIONS_H
#define PORTLIGHT_PROBER_EVIDENCE_EXPLANATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/contract/verdict.h"
#include "prober/evidence/observation.h"

/* The rows that are left, and what each claim would cost.  Rarity counts in points: 0 common,
 * 1 uncommon, 2 rare, 3 very rare; what costs more than EXPLANATIONS_RARITY_MAX, two rare
 * things at once, is left out of account. */
enum { EXPLANATIONS_RARITY_MAX = 3, EXPLANATIONS_NO_ROW = EXPLANATIONS_RARITY_MAX + 1 };

struct survivors {
    uint64_t rows; /* bits by enum verdict_explanation; circumstances included */
    uint8_t disposition[DISPOSITION_COUNT]; /* the cheapest row that says so */
    uint8_t actor[ACTOR_COUNT];
};

void explanations_survive(const value_set seen[static OBS_COUNT], struct survivors *left);

/* What the survivors agree on, or 0 (unknown): *confidence says how rare the rows are that
 * disagree.  False: common ones do. */
bool explanations_disposition(const struct survivors *left, enum verdict_disposition *disposition,
                              enum verdict_confidence *confidence);
bool explanations_actor(const struct survivors *left, enum verdict_actor *actor,
                        enum verdict_confidence *confidence);

/* Would one of these observations (bits by enum observation), which was not made yet, change what
 * a verdict names?  Values that only rare worlds produce are not worth the packets. */
bool explanations_wants(const value_set seen[static OBS_COUNT], unsigned observations);

#endif
