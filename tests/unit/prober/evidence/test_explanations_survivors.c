/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows that are left agree on, what they owe to circumstances, and what is worth
 * asking.  test_explanations.c has the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "prober/evidence/explanations.h"
#include "prober/evidence/explanations_table.h"

#define AS_FAR                                                                \
    [OBS_TTL] = TTL_SAME, [OBS_REACH] = REACH_SAME, [OBS_NAT] = NAT_NOT_HERE, \
    [OBS_ECHO] = ECHO_AS_FAR, [OBS_FLOWS] = FLOWS_AGREE

struct world {
    enum verdict_explanation id;
    value_set seen[OBS_COUNT];
};

static void copy(const struct world *world, value_set seen[static OBS_COUNT])
{
    for (unsigned i = 0; i < OBS_COUNT; i++)
        seen[i] = world->seen[i] != 0 ? world->seen[i] : NOT_SEEN;
}

static bool is_left(const value_set seen[static OBS_COUNT], enum verdict_explanation id)
{
    struct survivors left;

    explanations_survive(seen, &left);
    return (left.rows >> id & 1) != 0;
}

/* The cheapest claim wins by how much dearer the next one is. */
static void test_the_arithmetic_of_claims(void **state)
{
    enum { NONE = EXPLANATIONS_NO_ROW };
    static const struct {
        uint8_t unknown, accept, refuse, reject;
        enum verdict_disposition claim;
        enum verdict_confidence confidence;
    } rows[] = {
        {NONE, 0, NONE, NONE, DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN},
        {NONE, 3, NONE, NONE, DISPOSITION_ACCEPT, CONFIDENCE_CERTAIN},
        {NONE, NONE, 0, 3, DISPOSITION_REFUSE, CONFIDENCE_LIKELY},
        {NONE, NONE, 0, 2, DISPOSITION_REFUSE, CONFIDENCE_LIKELY},
        {NONE, NONE, 0, 1, DISPOSITION_REFUSE, CONFIDENCE_GUESS},
        {NONE, NONE, 2, 1, DISPOSITION_REJECT, CONFIDENCE_GUESS},
        {NONE, NONE, 3, 1, DISPOSITION_REJECT, CONFIDENCE_LIKELY},
        {NONE, NONE, 1, 1, DISPOSITION_UNKNOWN, CONFIDENCE_GUESS},
        {NONE, 3, 0, 1, DISPOSITION_REFUSE, CONFIDENCE_GUESS},
        {0, NONE, 1, NONE, DISPOSITION_UNKNOWN, CONFIDENCE_GUESS}, /* it names nobody */
        {0, NONE, 0, NONE, DISPOSITION_UNKNOWN, CONFIDENCE_GUESS},
        {2, NONE, 0, NONE, DISPOSITION_REFUSE, CONFIDENCE_LIKELY},
        {NONE, NONE, NONE, NONE, DISPOSITION_UNKNOWN, CONFIDENCE_GUESS},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct survivors left;
        enum verdict_disposition claim;
        enum verdict_confidence confidence;
        memset(&left, NONE, sizeof(left));
        left.disposition[DISPOSITION_UNKNOWN] = rows[i].unknown;
        left.disposition[DISPOSITION_ACCEPT] = rows[i].accept;
        left.disposition[DISPOSITION_REFUSE] = rows[i].refuse;
        left.disposition[DISPOSITION_REJECT] = rows[i].reject;
        if (explanations_disposition(&left, &claim, &confidence) !=
                (rows[i].claim != DISPOSITION_UNKNOWN) ||
            claim != rows[i].claim || confidence != rows[i].confidence)
            fail_msg("row %u: %s, %s", i, verdict_disposition_name(claim),
                     verdict_confidence_name(confidence));
    }
}

/* A SYN proxy's window from where the echo reply is, which left with more: no row produces it. */
static void test_without_survivors_nothing_is_claimed(void **state)
{
    value_set seen[OBS_COUNT];
    struct survivors left;
    enum verdict_disposition disposition;
    enum verdict_actor actor;
    enum verdict_confidence confidence;

    (void)state;
    for (unsigned i = 0; i < OBS_COUNT; i++)
        seen[i] = NOT_SEEN;
    seen[OBS_REPLY] = REPLY_SYN_ACK;
    seen[OBS_TTL] = TTL_FARTHER;
    seen[OBS_ECHO] = ECHO_AS_FAR;
    seen[OBS_REACH] = REACH_SAME;
    seen[OBS_WINDOW] = WINDOW_ZERO;
    seen[OBS_FLOWS] = FLOWS_AGREE;
    explanations_survive(seen, &left);
    assert_int_equal(left.rows, 0);
    assert_false(explanations_disposition(&left, &disposition, &confidence));
    assert_int_equal(disposition, DISPOSITION_UNKNOWN);
    assert_int_equal(confidence, CONFIDENCE_GUESS);
    assert_false(explanations_actor(&left, &actor, &confidence));
    assert_int_equal(actor, ACTOR_UNKNOWN);
    assert_int_equal(confidence, CONFIDENCE_GUESS);
}

/* A circumstance is named where it is needed, and nowhere else. */
static void test_circumstances(void **state)
{
    static const struct {
        enum verdict_explanation id;
        enum observation observation;
        value_set value;
        struct world world;
    } rows[] = {
        {EXPLANATION_UNEQUAL_PATHS,
         OBS_TTL,
         TTL_NEARER,
         {.id = EXPLANATION_HOST_ACCEPTS,
          .seen = {[OBS_REPLY] = REPLY_SYN_ACK, [OBS_FLOWS] = FLOWS_ONE}}},
        {EXPLANATION_ECHO_ELSEWHERE,
         OBS_REACH,
         REACH_BEHIND,
         {.id = EXPLANATION_HOST_ACCEPTS, .seen = {[OBS_REPLY] = REPLY_SYN_ACK}}},
        {EXPLANATION_ECHO_IN_PLACE,
         OBS_TTL,
         TTL_NEARER,
         {.id = EXPLANATION_HOST_ACCEPTS,
          .seen = {[OBS_REPLY] = REPLY_SYN_ACK, [OBS_ECHO] = ECHO_IN_PLACE}}},
        {EXPLANATION_OTHER_INITIAL_TTL,
         OBS_TTL,
         TTL_OTHER_BASE,
         {.id = EXPLANATION_HOST_ACCEPTS, .seen = {[OBS_REPLY] = REPLY_SYN_ACK}}},
        {EXPLANATION_TTL_REWRITTEN,
         OBS_TTL,
         TTL_FIRST_HOP,
         {.id = EXPLANATION_HOST_ACCEPTS, .seen = {[OBS_REPLY] = REPLY_SYN_ACK}}},
        {EXPLANATION_DSCP_CLEARED,
         OBS_DSCP,
         DSCP_ZERO,
         {.id = EXPLANATION_HOST_REFUSES,
          .seen = {[OBS_REPLY] = REPLY_RESET, [OBS_WAY] = WAY_CLEARS}}},
        {EXPLANATION_DSCP_MARKED,
         OBS_DSCP,
         DSCP_OTHER,
         {.id = EXPLANATION_HOST_REFUSES, .seen = {[OBS_REPLY] = REPLY_RESET}}},
        {EXPLANATION_SPEAKS_IN_TARGETS_NAME,
         OBS_NAT,
         NAT_AT_TARGET,
         {.id = EXPLANATION_HOST_ACCEPTS, .seen = {[OBS_REPLY] = REPLY_SYN_ACK}}},
        {EXPLANATION_ROUTER_REJECTS,
         OBS_COMPANY,
         COMPANY_UNREACHABLE,
         {.id = EXPLANATION_HOST_ACCEPTS, .seen = {[OBS_REPLY] = REPLY_SYN_ACK}}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        value_set seen[OBS_COUNT];
        copy(&rows[i].world, seen);
        if (is_left(seen, rows[i].id))
            fail_msg("%s is named in vain", verdict_explanation_name(rows[i].id));
        seen[rows[i].observation] = rows[i].value;
        if (!is_left(seen, rows[i].id) || !is_left(seen, rows[i].world.id))
            fail_msg("%s explains nothing", verdict_explanation_name(rows[i].id));
    }
}

/* Where the host and a proxy before it are possible, its distance tells; its options don't. */
static void test_what_is_worth_asking(void **state)
{
    static const struct {
        value_set seen[OBS_COUNT];
        enum observation observation;
        bool wanted;
    } rows[] = {
        {{[OBS_REPLY] = REPLY_SYN_ACK, [OBS_TTL] = TTL_NEARER, [OBS_FLOWS] = FLOWS_AGREE},
         OBS_REACH,
         true},
        {{[OBS_REPLY] = REPLY_SYN_ACK, [OBS_TTL] = TTL_NEARER, [OBS_FLOWS] = FLOWS_AGREE},
         OBS_OPTIONS,
         false},
        {{[OBS_REPLY] = REPLY_SYN_ACK, [OBS_TTL] = TTL_NEARER, [OBS_REACH] = REACH_SAME},
         OBS_REACH,
         false}, /* it was made */
        {{[OBS_REPLY] = REPLY_SYN_ACK, AS_FAR, [OBS_WINDOW] = WINDOW_OPEN}, OBS_LABEL, false},
        {{[OBS_REPLY] = REPLY_RESET,
          [OBS_TTL] = TTL_SAME,
          [OBS_DSCP] = DSCP_FOLLOWS,
          [OBS_IP_ID] = ID_ZERO,
          [OBS_FLOWS] = FLOWS_AGREE},
         OBS_REACH,
         false}, /* the host's TCP: only one of a group might be elsewhere */
        {{[OBS_REPLY] = REPLY_RESET}, OBS_DSCP, true},
        {{[OBS_REPLY] = REPLY_FILTER_BY_OTHER}, OBS_REACH, false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct world world = {0};
        value_set seen[OBS_COUNT];
        memcpy(world.seen, rows[i].seen, sizeof(world.seen));
        copy(&world, seen);
        if (explanations_wants(seen, 1U << rows[i].observation) != rows[i].wanted)
            fail_msg("row %u", i);
    }
}

/* --- against the definition --------------------------------------------------------------- */

static bool explains(const struct circumstance *besides, const value_set seen[static OBS_COUNT],
                     unsigned observation)
{
    bool lets = false, holds = true;

    for (unsigned i = 0; i < CIRCUMSTANCE_ONLY_MAX && besides->only[i].set != 0; i++)
        holds = holds && (seen[besides->only[i].of] == NOT_SEEN ||
                          (besides->only[i].set & seen[besides->only[i].of]) != 0);
    for (unsigned i = 0; i < CIRCUMSTANCE_LETS_MAX && besides->lets[i].set != 0; i++)
        lets = lets || (besides->lets[i].of == observation &&
                        (besides->lets[i].set & seen[observation]) != 0);
    return holds && lets;
}

/* Does this set of circumstances explain what the row lacks, and each of them something? */
static bool stands(const struct row *row, const value_set seen[static OBS_COUNT], uint32_t set)
{
    for (unsigned i = 0; i < OBS_COUNT; i++) {
        bool explained = seen[i] == NOT_SEEN || row->can[i] == 0 || (row->can[i] & seen[i]) != 0;
        for (size_t c = 0; c < explanations_circumstances_len; c++)
            explained = explained ||
                        ((set >> c & 1) != 0 && explains(&explanations_circumstances[c], seen, i));
        if (!explained)
            return false;
    }
    return true;
}

static unsigned rarity_of(uint32_t set)
{
    unsigned rarity = 0;

    for (size_t c = 0; c < explanations_circumstances_len; c++)
        rarity += (set >> c & 1) != 0 ? explanations_circumstances[c].rarity : 0;
    return rarity;
}

/* The cheapest way for each claim, by trying every set of up to three circumstances. */
static void survive_by_trying(const value_set seen[static OBS_COUNT], struct survivors *left)
{
    const unsigned all = (unsigned)explanations_circumstances_len;

    memset(left, 0, sizeof(*left));
    memset(left->disposition, EXPLANATIONS_NO_ROW, sizeof(left->disposition));
    memset(left->actor, EXPLANATIONS_NO_ROW, sizeof(left->actor));
    for (size_t r = 0; r < explanations_rows_len; r++) {
        const struct row *row = &explanations_rows[r];
        if ((row->can[OBS_REPLY] & seen[OBS_REPLY]) == 0)
            continue;
        for (unsigned i = 0; i <= all; i++)
            for (unsigned k = i; k <= all; k++)
                for (unsigned m = k; m <= all; m++) { /* `all` stands for none */
                    uint32_t set =
                        (i < all ? 1U << i : 0) | (k < all ? 1U << k : 0) | (m < all ? 1U << m : 0);
                    unsigned cost = row->rarity + rarity_of(set);
                    if (cost > EXPLANATIONS_RARITY_MAX || !stands(row, seen, set))
                        continue;
                    if (cost < left->disposition[row->disposition])
                        left->disposition[row->disposition] = (uint8_t)cost;
                    if (cost < left->actor[row->actor])
                        left->actor[row->actor] = (uint8_t)cost;
                }
    }
}

/* Bits of each observation's values (observation.h). */
static const uint8_t value_counts[OBS_COUNT] = {12, 6, 4, 3, 5, 4, 3, 2, 2, 3, 3, 2, 3, 3};

static uint32_t draw(uint32_t *random, uint32_t below)
{
    *random = *random * 1664525U + 1013904223U;
    return (*random >> 8) % below;
}

static void draw_seen(uint32_t *random, value_set seen[static OBS_COUNT])
{
    for (unsigned i = 0; i < OBS_COUNT; i++)
        seen[i] = i != OBS_REPLY && draw(random, 3) == 0
                      ? NOT_SEEN
                      : (value_set)(2U << draw(random, value_counts[i]));
}

static bool names_the_same(const struct survivors *one, const struct survivors *other)
{
    return memcmp(one->disposition, other->disposition, sizeof(one->disposition)) == 0 &&
           memcmp(one->actor, other->actor, sizeof(one->actor)) == 0;
}

/* explanations.c leaves out what cannot matter.  Does it, whatever was seen? */
static void test_nothing_that_matters_is_left_out(void **state)
{
    uint32_t random = 20;

    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        struct survivors left, tried;
        value_set seen[OBS_COUNT];
        draw_seen(&random, seen);
        explanations_survive(seen, &left);
        survive_by_trying(seen, &tried);
        if (!names_the_same(&left, &tried))
            fail_msg("drawing %u", i);
    }
}

/* One more observation never makes a claim cheaper: explanations_wants relies on it. */
static void test_an_observation_only_takes_away(void **state)
{
    uint32_t random = 21;

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        unsigned more = 1 + draw(&random, OBS_COUNT - 1);
        struct survivors before, after;
        value_set seen[OBS_COUNT];
        draw_seen(&random, seen);
        if (seen[more] == NOT_SEEN)
            continue;
        explanations_survive(seen, &after);
        seen[more] = NOT_SEEN;
        explanations_survive(seen, &before);
        for (unsigned d = 0; d < DISPOSITION_COUNT; d++)
            assert_true(before.disposition[d] <= after.disposition[d]);
        for (unsigned a = 0; a < ACTOR_COUNT; a++)
            assert_true(before.actor[a] <= after.actor[a]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_arithmetic_of_claims),
        cmocka_unit_test(test_without_survivors_nothing_is_claimed),
        cmocka_unit_test(test_circumstances),
        cmocka_unit_test(test_what_is_worth_asking),
        cmocka_unit_test(test_nothing_that_matters_is_left_out),
        cmocka_unit_test(test_an_observation_only_takes_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
