/* SPDX-License-Identifier: BSD-2-Clause */
/* The timer wheel against a naive list, and the packet rate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/contract/syn_schedule.h"
#include "prober/engine/pacer.h"
#include "prober/engine/timer_wheel.h"

enum { ITEMS = 200, STEPS = 200000 };

static uint64_t seed = 7;

static uint32_t draw(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

static uint64_t naive_next(const uint64_t *due)
{
    uint64_t next = WHEEL_NEVER;

    for (unsigned i = 0; i < ITEMS; i++)
        if (due[i] < next)
            next = due[i];
    return next;
}

static void test_like_a_list(void **state)
{
    uint64_t now_ms = 123456789;
    struct wheel *wheel = wheel_new(ITEMS, now_ms);
    uint64_t due[ITEMS];

    (void)state;
    assert_non_null(wheel);
    for (unsigned i = 0; i < ITEMS; i++)
        due[i] = WHEEL_NEVER;
    for (unsigned step = 0; step < STEPS; step++) {
        uint32_t item = draw(ITEMS);
        uint64_t at_ms = now_ms + draw(WHEEL_SPAN_MS);
        switch (draw(4)) {
        case 0:
        case 1:
            wheel_set(wheel, item, at_ms);
            due[item] = at_ms;
            break;
        case 2:
            wheel_clear(wheel, item);
            due[item] = WHEEL_NEVER;
            break;
        default:
            now_ms += draw(20);
            while (wheel_pop(wheel, now_ms, &item)) {
                assert_true(due[item] <= now_ms);
                assert_int_equal(due[item], naive_next(due));
                due[item] = WHEEL_NEVER;
            }
            assert_true(naive_next(due) > now_ms);
        }
        assert_int_equal(wheel_next_ms(wheel), naive_next(due));
    }
    wheel_free(wheel);
}

static void test_the_past_is_due_now_and_the_far_future_comes_early(void **state)
{
    struct wheel *wheel = wheel_new(2, 1000);
    uint32_t item;

    (void)state;
    wheel_set(wheel, 0, 5);
    assert_true(wheel_pop(wheel, 1000, &item));
    assert_int_equal(item, 0);
    wheel_set(wheel, 1, 1000 + 10 * WHEEL_SPAN_MS);
    assert_int_equal(wheel_next_ms(wheel), 1000 + WHEEL_SPAN_MS - 1);
    assert_false(wheel_pop(wheel, 1001, &item));
    wheel_free(wheel);
}

static void test_pace_is_even_and_does_not_catch_up(void **state)
{
    struct pace pace = pace_of(1000);
    uint64_t now_ns = 50 * NS_PER_S;
    uint64_t last_ns = 0;

    (void)state;
    for (unsigned i = 0; i < 6; i++) /* the burst */
        assert_int_equal(pace_reserve(&pace, now_ns), now_ns);
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t slot_ns = pace_reserve(&pace, now_ns);
        assert_true(i == 0 || slot_ns - last_ns == NS_PER_MS);
        last_ns = slot_ns;
    }
    assert_int_equal(pace_backlog_ns(&pace, now_ns), last_ns + NS_PER_MS - now_ns);
    now_ns += 3600 * NS_PER_S; /* after an hour of nothing: the same small burst */
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(pace_reserve(&pace, now_ns), now_ns);
    assert_int_equal(pace_reserve(&pace, now_ns), now_ns + NS_PER_MS);
}

static void test_no_rate_is_no_limit(void **state)
{
    struct pace pace = pace_of(0);

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(pace_reserve(&pace, NS_PER_S), NS_PER_S);
    assert_int_equal(pace_backlog_ns(&pace, NS_PER_S), 0);
}

static void test_schedule_leaves_a_fifth_for_answers(void **state)
{
    (void)state;
    assert_int_equal(schedule_steps_within(3000), 8);
    assert_int_equal(schedule_steps_within(2990), 7);
    assert_int_equal(schedule_steps_within(1000), 3);
    assert_int_equal(schedule_steps_within(375), 2);
    assert_int_equal(schedule_steps_within(100), 1);
    for (unsigned i = 0; i < SCHEDULE_STEPS; i++) /* a half-open target repeats itself no faster */
        for (unsigned j = 0; j < i; j++)
            if (schedule_steps[i].flow == schedule_steps[j].flow)
                assert_true(schedule_steps[i].at_ms - schedule_steps[j].at_ms > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_a_list),
        cmocka_unit_test(test_the_past_is_due_now_and_the_far_future_comes_early),
        cmocka_unit_test(test_pace_is_even_and_does_not_catch_up),
        cmocka_unit_test(test_no_rate_is_no_limit),
        cmocka_unit_test(test_schedule_leaves_a_fifth_for_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
