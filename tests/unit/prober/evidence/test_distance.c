/* SPDX-License-Identifier: BSD-2-Clause */
/* How far packets travel: by the TTL on arrival, and by the small TTLs that get an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "prober/evidence/distance.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

static void test_by_the_ttl_on_arrival(void **state)
{
    static const struct {
        uint8_t ttl;
        int16_t hops;
    } rows[] = {{64, 1},   {62, 3}, {128, 1}, {120, 9}, {255, 1},
                {243, 13}, {30, 3}, {32, 1},  {1, 32},  {129, 127}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(distance_by_ttl(rows[i].ttl), rows[i].hops);
}

static void test_two_ttls_beside_each_other(void **state)
{
    static const struct {
        uint8_t ttl, echo_ttl;
        value_set value;
    } rows[] = {
        {62, 62, TTL_SAME},        {64, 62, TTL_NEARER},
        {63, 62, TTL_NEARER},      {61, 62, TTL_FARTHER},
        {35, 62, TTL_FARTHER},     {126, 62, TTL_OTHER_BASE},
        {253, 62, TTL_OTHER_BASE}, {62, 253, TTL_OTHER_BASE},
        {62, 58, TTL_OTHER_BASE},                         /* 64 and 60, both with two taken off */
        {28, 26, TTL_OTHER_BASE},                         /* 32 and 30 with four, or 64 and ... */
        {252, 62, TTL_FARTHER},                           /* 255 and 65: no initial value */
        {200, 62, TTL_FARTHER},    {27, 220, TTL_NEARER}, /* 35 hops are more than there are */
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (distance_compare(rows[i].ttl, rows[i].echo_ttl) != rows[i].value)
            fail_msg("%u beside %u: %#x", rows[i].ttl, rows[i].echo_ttl,
                     distance_compare(rows[i].ttl, rows[i].echo_ttl));
}

static void test_the_hop_that_replies_to_echoes(void **state)
{
    static const struct {
        const char *name;
        enum echo_outcome before, there; /* at hops 2 and 3 */
        uint8_t hop;
    } rows[] = {
        {"confirmed", ECHO_EXPIRED, ECHO_REPLIED, 3},
        {"nearer, and by how much is not known", ECHO_REPLIED, ECHO_REPLIED, 0},
        {"the hop before may be silent by chance", ECHO_SILENT, ECHO_REPLIED, 0},
        {"farther", ECHO_EXPIRED, ECHO_EXPIRED, 0},
        {"silent", ECHO_SILENT, ECHO_SILENT, 0},
    };
    struct echo near = judge_echo(64);

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct echo echo = judge_echo(62);
        judge_echo_at(&echo, 2, rows[i].before);
        judge_echo_at(&echo, 3, rows[i].there);
        if (distance_of_echo(&echo) != rows[i].hop)
            fail_msg("%s: hop %u", rows[i].name, distance_of_echo(&echo));
    }
    assert_int_equal(distance_of_echo(&near), 0); /* a full TTL says nothing of it */
    judge_echo_at(&near, 1, ECHO_REPLIED);        /* there is nobody before the first hop */
    assert_int_equal(distance_of_echo(&near), 1);
    assert_int_equal(distance_of_echo(NULL), 0);
}

static void test_the_hop_that_answers_syns(void **state)
{
    struct ttl_probe walk = judge_walk(3, &frame_router4, &frame_them4);
    struct observed_answer reset = {.kind = ANSWER_RESET, .ttl = 62};
    struct observed_answer error = {.kind = ANSWER_UNREACHABLE, .ttl = 62, .quoted_ttl = 62};

    (void)state;
    assert_int_equal(distance_of_syn(&reset, NULL), 0);
    assert_int_equal(distance_of_syn(&reset, &walk), 3);
    walk.hops[2].outcome = TTL_PROBE_SILENT; /* not confirmed */
    assert_int_equal(distance_of_syn(&reset, &walk), 0);
    walk.hops[2].sends = 2; /* nor by silence when it was asked again: both may be lost */
    assert_int_equal(distance_of_syn(&reset, &walk), 0);
    walk = judge_walk(TTL_PROBE_HOPS_MAX + 1, &frame_router4, &frame_them4);
    assert_int_equal(distance_of_syn(&reset, &walk), 0); /* nobody answers */
    assert_int_equal(distance_of_syn(&error, NULL), 3);  /* by its quote */
    error.quoted_ttl = 64;
    assert_int_equal(distance_of_syn(&error, &walk), 1);
    error.quoted_ttl = 0;
    assert_int_equal(distance_of_syn(&error, &walk), 0);
    error.quoted_ttl = 65; /* came longer than it went */
    assert_int_equal(distance_of_syn(&error, &walk), 0);
}

static void test_reach(void **state)
{
    static const struct {
        unsigned first; /* hop that answers SYNs */
        uint8_t echo;   /* hop that replies to echoes */
        value_set value;
    } rows[] = {{3, 3, REACH_SAME},
                {2, 3, REACH_BEFORE},
                {1, 3, REACH_BEFORE},
                {4, 3, REACH_BEHIND},
                {5, 2, REACH_BEHIND}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct ttl_probe walk = judge_walk(rows[i].first, &frame_router4, &frame_them4);
        struct observed_answer reset = {.kind = ANSWER_RESET, .ttl = 62};
        struct observed_answer error = {.kind = ANSWER_UNREACHABLE,
                                        .quoted_ttl = (uint8_t)(OUR_SYN_TTL + 1 - rows[i].first)};
        struct echo echo = judge_echo(62);
        assert_int_equal(distance_reach(&reset, &walk, &echo), NOT_SEEN);
        judge_echo_at(&echo, (uint8_t)(rows[i].echo - 1), ECHO_EXPIRED);
        judge_echo_at(&echo, rows[i].echo, ECHO_REPLIED);
        assert_int_equal(distance_reach(&reset, &walk, &echo), rows[i].value);
        assert_int_equal(distance_reach(&error, NULL, &echo), rows[i].value);
        assert_int_equal(distance_reach(&reset, NULL, &echo), NOT_SEEN);
    }
}

/* Neither distance is known, but one hop was asked with both kinds of packets. */
static void test_reach_by_one_hop(void **state)
{
    static const struct {
        enum ttl_probe_outcome syn;
        enum echo_outcome echo;
        value_set value;
    } rows[] = {
        {TTL_PROBE_ANSWERED, ECHO_EXPIRED, REACH_BEFORE},
        {TTL_PROBE_EXCEEDED, ECHO_REPLIED, REACH_BEHIND},
        {TTL_PROBE_ANSWERED, ECHO_REPLIED, NOT_SEEN},
        {TTL_PROBE_EXCEEDED, ECHO_EXPIRED, NOT_SEEN},
        {TTL_PROBE_SILENT, ECHO_REPLIED, NOT_SEEN},
        {TTL_PROBE_EXCEEDED, ECHO_SILENT, NOT_SEEN},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed_answer reset = {.kind = ANSWER_RESET, .ttl = 62};
        struct echo echo = judge_echo(62);
        struct ttl_probe walk;
        ttl_probe_begin(&walk, 1, 0, 1U << 4, 0);
        walk.hops[4].outcome = (uint8_t)rows[i].syn;
        judge_echo_at(&echo, 4, rows[i].echo);
        if (distance_reach(&reset, &walk, &echo) != rows[i].value)
            fail_msg("row %u: %#x", i, distance_reach(&reset, &walk, &echo));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_the_ttl_on_arrival),
        cmocka_unit_test(test_two_ttls_beside_each_other),
        cmocka_unit_test(test_the_hop_that_replies_to_echoes),
        cmocka_unit_test(test_the_hop_that_answers_syns),
        cmocka_unit_test(test_reach),
        cmocka_unit_test(test_reach_by_one_hop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
