/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows that are left agree on: the end of explanations.h. */
#include "prober/evidence/explanations.h"

#define MUCH_RARER 2U /* points, from which on a claim is likely */

/* The cheapest claim, and how much dearer the next is. */
static bool agree(const uint8_t *costs, unsigned count, unsigned *claim,
                  enum verdict_confidence *confidence)
{
    unsigned best = 0, other = EXPLANATIONS_NO_ROW;

    for (unsigned i = 1; i < count; i++)
        if (costs[i] < costs[best])
            best = i;
    for (unsigned i = 0; i < count; i++)
        if (i != best && costs[i] < other)
            other = costs[i];
    *claim = 0;
    *confidence = CONFIDENCE_GUESS;
    if (best == 0 || costs[best] == EXPLANATIONS_NO_ROW || other == costs[best])
        return false;
    *claim = best;
    if (other == EXPLANATIONS_NO_ROW)
        *confidence = CONFIDENCE_CERTAIN;
    else if (other >= costs[best] + MUCH_RARER)
        *confidence = CONFIDENCE_LIKELY;
    return true;
}

bool explanations_disposition(const struct survivors *left, enum verdict_disposition *disposition,
                              enum verdict_confidence *confidence)
{
    unsigned claim;
    bool agreed = agree(left->disposition, DISPOSITION_COUNT, &claim, confidence);

    *disposition = (enum verdict_disposition)claim;
    return agreed;
}

bool explanations_actor(const struct survivors *left, enum verdict_actor *actor,
                        enum verdict_confidence *confidence)
{
    unsigned claim;
    bool agreed = agree(left->actor, ACTOR_COUNT, &claim, confidence);

    *actor = (enum verdict_actor)claim;
    return agreed;
}
