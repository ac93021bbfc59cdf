/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/ask/beacons.h"
#include "fleet/message/envelope.h"

static struct beacons beacons;

static int begin(void **state)
{
    static char first[] = "203.0.113.9:443 open", second[] = "203.0.113.9:22 closed";
    static char *texts[] = {first, second};

    (void)state;
    beacons_init(&beacons, &(struct config_strings){texts, 2});
    beacons_begin(&beacons);
    return 0;
}

static void test_one_that_differs_is_wrong(void **state)
{
    bool is_off;

    (void)state;
    beacons_tell(&beacons, 0, 0, STATE_OPEN);
    beacons_tell(&beacons, 0, 4, STATE_FILTERED);
    beacons_tell(&beacons, 0, 7, STATE_OPEN);
    assert_int_equal(beacons_wrong(&beacons, 0, &is_off), 1U << 4);
    assert_false(is_off);
    assert_int_equal(beacons_wrong(&beacons, 1, &is_off), 0);
    assert_false(is_off);
}

static void test_unknown_is_no_vote(void **state)
{
    bool is_off;

    (void)state;
    beacons_tell(&beacons, 0, 0, STATE_OPEN);
    beacons_tell(&beacons, 0, 1, STATE_UNKNOWN);
    assert_int_equal(beacons_wrong(&beacons, 0, &is_off), 0);
}

/* Most of them can't be broken: the beacon is. */
static void test_a_beacon_that_is_off_makes_nobody_suspect(void **state)
{
    bool is_off;

    (void)state;
    beacons_tell(&beacons, 1, 0, STATE_FILTERED);
    assert_int_equal(beacons_wrong(&beacons, 1, &is_off), 0); /* one alone can't be judged */
    assert_true(is_off);
    beacons_tell(&beacons, 1, 1, STATE_CLOSED);
    assert_int_equal(beacons_wrong(&beacons, 1, &is_off), 1);
    beacons_tell(&beacons, 1, 2, STATE_OPEN);
    assert_int_equal(beacons_wrong(&beacons, 1, &is_off), 0);
    assert_true(is_off);
}

static void test_a_round_ends_with_its_last_question(void **state)
{
    (void)state;
    assert_false(beacons_end_question(&beacons)); /* one of a round before */
    beacons.under_way = 2;
    assert_false(beacons_end_question(&beacons));
    assert_true(beacons_end_question(&beacons));
    beacons_tell(&beacons, 0, 3, STATE_CLOSED);
    beacons_begin(&beacons);
    assert_int_equal(beacons.rounds[0].told, 0);
}

static void test_answers(void **state)
{
    const struct wire_check asked = beacons_check(&beacons, 0);
    struct wire_message result = {.type = WIRE_RESULT, .result.last = true},
                        refused = {
                            .type = WIRE_REFUSED,
                            .refused = {.reason = REFUSED_OPTED_OUT, .port_index = WIRE_NO_PORT}};
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN + 2];
    struct writer envelope = writer_of(bytes, sizeof(bytes));

    (void)state;
    assert_int_equal(asked.port_count, 1);
    assert_int_equal(asked.ports[0], 443);
    verdict_init(&result.result.verdict, 443);
    result.result.verdict.state = STATE_FILTERED;
    result.result.verdict.disposition = DISPOSITION_DROP;
    envelope_add(&envelope, &result);
    assert_true(beacons_take(&beacons, 0, 2, &asked, bytes, envelope.pos));
    assert_int_equal(beacons.rounds[0].told, 1U << 2);
    assert_int_equal(beacons.rounds[0].wrong, 1U << 2);
    envelope = writer_of(bytes, sizeof(bytes));
    envelope_add(&envelope, &refused);
    assert_true(beacons_take(&beacons, 0, 3, &asked, bytes, envelope.pos));
    assert_int_equal(beacons.rounds[0].told, 1U << 2);
    assert_false(beacons_take(&beacons, 0, 3, &asked, bytes, envelope.pos - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_one_that_differs_is_wrong, begin),
        cmocka_unit_test_setup(test_unknown_is_no_vote, begin),
        cmocka_unit_test_setup(test_a_beacon_that_is_off_makes_nobody_suspect, begin),
        cmocka_unit_test_setup(test_a_round_ends_with_its_last_question, begin),
        cmocka_unit_test_setup(test_answers, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
