/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/explanations.h"

#include <string.h>

#include "prober/evidence/explanations_table.h"

_Static_assert(OBS_COUNT <= 16, "a mask has a bit for each observation");

/* The rows that can produce the reply, each with the observations that it can't produce by itself.
 */
struct candidates {
    unsigned count;
    uint16_t lacking; /* the union of all `missing` */
    struct candidate {
        const struct row *row;
        uint16_t missing;
    } all[EXPLANATIONS_ROWS_MAX];
};

static bool lacks(const struct row *row, unsigned observation, value_set seen)
{
    value_set can = row->can[observation];

    return can != 0 && (can & seen) == 0;
}

/* Lists the observations that were made, so that the loop over the rows skips the others.  Leaves
 * the reply out, because every candidate can produce it. */
static unsigned collect_made(const value_set seen[static OBS_COUNT],
                             struct values made[static OBS_COUNT])
{
    unsigned count = 0;

    for (unsigned i = OBS_REPLY + 1; i < OBS_COUNT; i++)
        if (seen[i] != NOT_SEEN)
            made[count++] = (struct values){(uint8_t)i, seen[i]};
    return count;
}

static void collect_candidates(const value_set seen[static OBS_COUNT],
                               struct candidates *candidates)
{
    struct values made[OBS_COUNT];
    unsigned made_count = collect_made(seen, made);

    candidates->count = 0;
    candidates->lacking = 0;
    for (size_t i = 0; i < explanations_rows_len; i++) {
        const struct row *row = &explanations_rows[i];
        uint16_t missing = 0;
        if ((row->can[OBS_REPLY] & seen[OBS_REPLY]) == 0)
            continue;
        for (unsigned k = 0; k < made_count; k++)
            if (lacks(row, made[k].of, made[k].set))
                missing |= (uint16_t)(1U << made[k].of);
        candidates->all[candidates->count++] = (struct candidate){row, missing};
        candidates->lacking |= missing;
    }
}

/* A circumstance that may apply, and the observations that it explains. */
struct help {
    uint8_t id, rarity;
    uint16_t explains;
};

struct helps {
    unsigned count;
    struct help all[EXPLANATIONS_CIRCUMSTANCES_MAX];
};

static bool holds(const struct circumstance *circumstance, const value_set seen[static OBS_COUNT])
{
    const struct values *only = circumstance->only;

    for (unsigned i = 0; i < CIRCUMSTANCE_ONLY_MAX && only[i].set != 0; i++)
        if (seen[only[i].of] != NOT_SEEN && (only[i].set & seen[only[i].of]) == 0)
            return false;
    return true;
}

/* The observations that the circumstance explains, of those that some row lacks. */
static uint16_t explained_by(const struct circumstance *circumstance,
                             const value_set seen[static OBS_COUNT], uint16_t lacking)
{
    const struct values *lets = circumstance->lets;
    uint16_t explained = 0;

    for (unsigned i = 0; i < CIRCUMSTANCE_LETS_MAX && lets[i].set != 0; i++)
        explained |= (uint16_t)(((lets[i].set & seen[lets[i].of]) != 0) << lets[i].of);
    explained &= lacking;
    return explained != 0 && holds(circumstance, seen) ? explained : 0;
}

static void collect_helps(const value_set seen[static OBS_COUNT], uint16_t lacking,
                          struct helps *helps)
{
    helps->count = 0;
    for (size_t i = 0; lacking != 0 && i < explanations_circumstances_len; i++) {
        const struct circumstance *circumstance = &explanations_circumstances[i];
        uint16_t explained = explained_by(circumstance, seen, lacking);
        if (explained != 0)
            helps->all[helps->count++] =
                (struct help){circumstance->id, circumstance->rarity, explained};
    }
}

static void lower(uint8_t *cost, unsigned rarity)
{
    if (rarity < *cost)
        *cost = (uint8_t)rarity;
}

/* The row stands if one or more circumstances explain what it lacks; their rarities add up.  `with`
 * has the circumstances chosen so far. */
static bool take_row(const struct row *row, uint16_t missing, unsigned rarity, uint64_t with,
                     const struct helps *helps, struct survivors *left)
{
    uint16_t first = (uint16_t)(missing & -missing);
    bool stands = false;

    if (missing == 0) {
        left->rows |= UINT64_C(1) << row->id | with;
        lower(&left->disposition[row->disposition], rarity);
        lower(&left->actor[row->actor], rarity);
        return true;
    }
    for (unsigned i = 0; i < helps->count; i++) {
        const struct help *help = &helps->all[i];
        if ((help->explains & first) != 0 && rarity + help->rarity <= EXPLANATIONS_RARITY_MAX &&
            take_row(row, (uint16_t)(missing & ~help->explains), rarity + help->rarity,
                     with | UINT64_C(1) << help->id, helps, left))
            stands = true;
    }
    return stands;
}

/* Keeps only the candidates that stand: a further observation can't bring the others back. */
static void survive(struct candidates *candidates, const value_set seen[static OBS_COUNT],
                    struct survivors *left)
{
    unsigned count = candidates->count;
    struct helps helps;

    collect_helps(seen, candidates->lacking, &helps);
    *left = (struct survivors){0};
    memset(left->disposition, EXPLANATIONS_NO_ROW, sizeof(left->disposition));
    memset(left->actor, EXPLANATIONS_NO_ROW, sizeof(left->actor));
    candidates->count = candidates->lacking = 0;
    for (unsigned i = 0; i < count; i++) {
        struct candidate candidate = candidates->all[i];
        if (take_row(candidate.row, candidate.missing, candidate.row->rarity, 0, &helps, left)) {
            candidates->all[candidates->count++] = candidate;
            candidates->lacking |= candidate.missing;
        }
    }
}

void explanations_survive(const value_set seen[static OBS_COUNT], struct survivors *left)
{
    struct candidates candidates;

    collect_candidates(seen, &candidates);
    survive(&candidates, seen, left);
}

/* --- what they agree on ---------------------------------------------------------------- */

#define MUCH_RARER 2U /* if all others are rarer by this many points, the claim is likely */

/* The claim with the lowest rarity, and how much rarer the next one is. */
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

/* --- what to observe next -----------------------------------------------------------------------
 */

static unsigned cheapest(const struct survivors *left)
{
    unsigned cost = EXPLANATIONS_NO_ROW;

    for (unsigned i = 0; i < DISPOSITION_COUNT; i++)
        if (left->disposition[i] < cost)
            cost = left->disposition[i];
    return cost;
}

/* All values of the observation that rows for this reply can produce. */
static value_set values_of(unsigned observation, value_set reply)
{
    value_set values = 0;

    for (size_t i = 0; i < explanations_rows_len; i++)
        if ((explanations_rows[i].can[OBS_REPLY] & reply) != 0)
            values |= explanations_rows[i].can[observation];
    return values;
}

/* What a verdict would claim; the actor only if it is likely. */
struct claim {
    enum verdict_disposition disposition;
    enum verdict_actor actor;
};

static struct claim claim_of(const struct survivors *left)
{
    enum verdict_confidence confidence;
    struct claim claim;

    explanations_disposition(left, &claim.disposition, &confidence);
    if (!explanations_actor(left, &claim.actor, &confidence) || confidence < CONFIDENCE_LIKELY)
        claim.actor = ACTOR_UNKNOWN;
    return claim;
}

/* The survivors if this had been observed, too. */
static void survive_with(unsigned observation, value_set value, const struct candidates *before,
                         const value_set seen[static OBS_COUNT], struct survivors *left)
{
    struct candidates candidates = {.count = before->count, .lacking = before->lacking};
    value_set then[OBS_COUNT];

    memcpy(then, seen, sizeof(then));
    then[observation] = value;
    for (unsigned i = 0; i < before->count; i++) {
        const struct row *row = before->all[i].row;
        uint16_t more = (uint16_t)(lacks(row, observation, value) << observation);
        candidates.all[i] = (struct candidate){row, before->all[i].missing | more};
        candidates.lacking |= more;
    }
    survive(&candidates, then, left);
}

/* Is there a value of the observation with which the verdict would claim something else? */
static bool would_tell(unsigned observation, const struct candidates *candidates,
                       const value_set seen[static OBS_COUNT], const struct survivors *now)
{
    value_set values = seen[observation] == NOT_SEEN ? values_of(observation, seen[OBS_REPLY]) : 0;
    struct claim claim = claim_of(now), other;
    struct survivors then;

    for (; values != 0; values &= (value_set)(values - 1)) { /* one bit after the other */
        survive_with(observation, (value_set)(values & -values), candidates, seen, &then);
        if (cheapest(&then) >= cheapest(now) + RARE) /* too rare to be worth the packets */
            continue;
        other = claim_of(&then);
        if (other.disposition != claim.disposition || other.actor != claim.actor)
            return true;
    }
    return false;
}

/* Is only one claim left?  Then another observation can only confirm it, or contradict everything,
 * which would take an explanation much rarer than those left. */
static bool is_certain(const struct survivors *left)
{
    enum verdict_confidence disposition_is, actor_is;
    enum verdict_disposition disposition;
    enum verdict_actor actor;

    return explanations_disposition(left, &disposition, &disposition_is) &&
           explanations_actor(left, &actor, &actor_is) && disposition_is == CONFIDENCE_CERTAIN &&
           actor_is == CONFIDENCE_CERTAIN && cheapest(left) + RARE <= EXPLANATIONS_NO_ROW;
}

bool explanations_wants(const value_set seen[static OBS_COUNT], unsigned observations)
{
    struct candidates candidates;
    struct survivors now;

    collect_candidates(seen, &candidates);
    survive(&candidates, seen, &now);
    if (is_certain(&now))
        return false;
    for (unsigned i = 0; i < OBS_COUNT; i++)
        if ((observations >> i & 1) != 0 && would_tell(i, &candidates, seen, &now))
            return true;
    return false;
}
