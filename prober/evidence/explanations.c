/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/explanations.h"

#include <string.h>

#include "prober/evidence/explanations_table.h"

_Static_assert(OBS_COUNT <= 16, "a mask has a bit for each observation");

/* Which observations were made, so that the walks over the table skip the others. */
struct made {
    unsigned count;
    uint8_t which[OBS_COUNT];
    value_set values[OBS_COUNT];
};

static void collect_made(const value_set seen[static OBS_COUNT], struct made *made)
{
    made->count = 0;
    for (unsigned i = 0; i < OBS_COUNT; i++)
        if (seen[i] != NOT_SEEN) {
            made->which[made->count] = (uint8_t)i;
            made->values[made->count++] = seen[i];
        }
}

/* A circumstance that may be at work, and the observations that it explains. */
struct help {
    uint8_t id, rarity;
    uint16_t explains;
};

struct helps {
    unsigned count;
    struct help all[EXPLANATIONS_CIRCUMSTANCES_MAX];
};

static uint16_t explained_by(const struct circumstance *besides, const struct made *made)
{
    uint16_t explained = 0;

    for (unsigned i = 0; i < made->count; i++) {
        unsigned which = made->which[i];
        if (besides->only[which] != 0 && (besides->only[which] & made->values[i]) == 0)
            return 0;
        explained |= (uint16_t)(((besides->lets[which] & made->values[i]) != 0) << which);
    }
    return explained;
}

static void collect_helps(const struct made *made, struct helps *helps)
{
    helps->count = 0;
    for (size_t i = 0; i < explanations_circumstances_len; i++) {
        const struct circumstance *besides = &explanations_circumstances[i];
        uint16_t explained = explained_by(besides, made);
        if (explained != 0)
            helps->all[helps->count++] = (struct help){besides->id, besides->rarity, explained};
    }
}

/* The observations that the row cannot produce by itself. */
static uint16_t lacks(const struct row *row, const struct made *made)
{
    uint16_t missing = 0;

    for (unsigned i = 0; i < made->count; i++) {
        value_set can = row->can[made->which[i]];
        missing |= (uint16_t)((can != 0 && (can & made->values[i]) == 0) << made->which[i]);
    }
    return missing;
}

static void lower(uint8_t *cost, unsigned rarity)
{
    if (rarity < *cost)
        *cost = (uint8_t)rarity;
}

/* The row stands if circumstances explain what it lacks, one or several at once: what each of
 * them is worth adds up.  with: those chosen already. */
static void take_row(const struct row *row, uint16_t missing, unsigned rarity, uint64_t with,
                     const struct helps *helps, struct survivors *left)
{
    uint16_t first = (uint16_t)(missing & -missing);

    if (missing == 0) {
        left->rows |= UINT64_C(1) << row->id | with;
        lower(&left->disposition[row->disposition], rarity);
        lower(&left->actor[row->actor], rarity);
        return;
    }
    for (unsigned i = 0; i < helps->count; i++) {
        const struct help *help = &helps->all[i];
        if ((help->explains & first) != 0 && rarity + help->rarity <= EXPLANATIONS_RARITY_MAX)
            take_row(row, (uint16_t)(missing & ~help->explains), rarity + help->rarity,
                     with | UINT64_C(1) << help->id, helps, left);
    }
}

void explanations_survive(const value_set seen[static OBS_COUNT], struct survivors *left)
{
    struct made made;
    struct helps helps;

    collect_made(seen, &made);
    collect_helps(&made, &helps);
    *left = (struct survivors){0};
    memset(left->disposition, EXPLANATIONS_NO_ROW, sizeof(left->disposition));
    memset(left->actor, EXPLANATIONS_NO_ROW, sizeof(left->actor));
    for (size_t i = 0; i < explanations_rows_len; i++) {
        const struct row *row = &explanations_rows[i];
        if ((row->can[OBS_REPLY] & seen[OBS_REPLY]) != 0)
            take_row(row, lacks(row, &made), row->rarity, 0, &helps, left);
    }
}

/* --- what they agree on ---------------------------------------------------------------- */

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

/* --- what to ask ----------------------------------------------------------------------- */

static unsigned cheapest(const struct survivors *left)
{
    unsigned cost = EXPLANATIONS_NO_ROW;

    for (unsigned i = 0; i < DISPOSITION_COUNT; i++)
        if (left->disposition[i] < cost)
            cost = left->disposition[i];
    return cost;
}

/* The values of the observation that the rows for this reply tell apart. */
static value_set values_of(enum observation observation, value_set reply)
{
    value_set values = 0;

    for (size_t i = 0; i < explanations_rows_len; i++)
        if ((explanations_rows[i].can[OBS_REPLY] & reply) != 0)
            values |= explanations_rows[i].can[observation];
    return values;
}

/* What a verdict would name: the actor only if it is likely. */
static void name(const struct survivors *left, enum verdict_disposition *disposition,
                 enum verdict_actor *actor)
{
    enum verdict_confidence confidence;

    explanations_disposition(left, disposition, &confidence);
    if (!explanations_actor(left, actor, &confidence) || confidence < CONFIDENCE_LIKELY)
        *actor = ACTOR_UNKNOWN;
}

/* With each value that the observation may have, would a verdict name something else? */
bool explanations_wants(const value_set seen[static OBS_COUNT], enum observation observation)
{
    value_set tried[OBS_COUNT], values;
    enum verdict_disposition disposition, then;
    enum verdict_actor actor, now;
    struct survivors left;
    unsigned cost;

    if (seen[observation] != NOT_SEEN)
        return false;
    explanations_survive(seen, &left);
    name(&left, &disposition, &actor);
    cost = cheapest(&left);
    memcpy(tried, seen, sizeof(tried));
    values = values_of(observation, seen[OBS_REPLY]);
    for (; values != 0; values &= (value_set)(values - 1)) { /* one bit after the other */
        tried[observation] = (value_set)(values & -values);
        explanations_survive(tried, &left);
        if (cheapest(&left) >= cost + RARE) /* hardly ever seen: not worth the packets */
            continue;
        name(&left, &then, &now);
        if (then != disposition || now != actor)
            return true;
    }
    return false;
}
