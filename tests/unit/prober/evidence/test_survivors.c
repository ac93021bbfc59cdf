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
        if (explanations_wants(seen, rows[i].observation) != rows[i].wanted)
            fail_msg("row %u", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_arithmetic_of_claims),
        cmocka_unit_test(test_without_survivors_nothing_is_claimed),
        cmocka_unit_test(test_circumstances),
        cmocka_unit_test(test_what_is_worth_asking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
