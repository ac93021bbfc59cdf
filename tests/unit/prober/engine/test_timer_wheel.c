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
#include "prober/engine/timer_wheel.h"
#include "prober/sending/pacer.h"

enum { ITEMS = 200, STEPS = 200000 };

static uint64_t seed = 7;

static uint32_t draw(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

static uint64_t naive_next(const uint64_t *due)
{
    uint64_t next = TIMER_WHEEL_NEVER;

    for (unsigned i = 0; i < ITEMS; i++)
        if (due[i] < next)
            next = due[i];
    return next;
}

static void test_like_a_list(void **state)
{
    uint64_t now_ms = 123456789;
    struct timer_wheel *wheel = timer_wheel_new(ITEMS, now_ms);
    uint64_t due[ITEMS];

    (void)state;
    assert_non_null(wheel);
    for (unsigned i = 0; i < ITEMS; i++)
        due[i] = TIMER_WHEEL_NEVER;
    for (unsigned step = 0; step < STEPS; step++) {
        uint32_t item = draw(ITEMS);
        uint64_t at_ms = now_ms + draw(WHEEL_SPAN_MS);
        switch (draw(4)) {
        case 0:
        case 1:
            timer_wheel_set(wheel, item, at_ms);
            due[item] = at_ms;
            break;
        case 2:
            timer_wheel_clear(wheel, item);
            due[item] = TIMER_WHEEL_NEVER;
            break;
        default:
            now_ms += draw(20);
            while (timer_wheel_pop(wheel, now_ms, &item)) {
                assert_true(due[item] <= now_ms);
                assert_int_equal(due[item], naive_next(due));
                due[item] = TIMER_WHEEL_NEVER;
            }
            assert_true(naive_next(due) > now_ms);
        }
        assert_int_equal(timer_wheel_next_ms(wheel), naive_next(due));
    }
    timer_wheel_free(wheel);
}

static void test_the_past_is_due_now_and_the_far_future_comes_early(void **state)
{
    struct timer_wheel *wheel = timer_wheel_new(2, 1000);
    uint32_t item;

    (void)state;
    timer_wheel_set(wheel, 0, 5);
    assert_true(timer_wheel_pop(wheel, 1000, &item));
    assert_int_equal(item, 0);
    timer_wheel_set(wheel, 1, 1000 + 10 * WHEEL_SPAN_MS);
    assert_int_equal(timer_wheel_next_ms(wheel), 1000 + WHEEL_SPAN_MS - 1);
    assert_false(timer_wheel_pop(wheel, 1001, &item));
    timer_wheel_free(wheel);
}

static void test_pace_is_even_and_does_not_catch_up(void **state)
{
    struct pacer pacer = pacer_make(1000);
    uint64_t now_ns = 50 * NS_PER_S;

    (void)state;
    for (unsigned i = 0; i < 6; i++) /* the burst */
        assert_true(pacer_take(&pacer, now_ns));
    for (unsigned i = 0; i < 1000; i++) {
        assert_false(pacer_take(&pacer, now_ns));
        now_ns += NS_PER_MS;
        assert_int_equal(pacer.next_ns, now_ns);
        assert_false(pacer_take(&pacer, now_ns - 1));
        assert_true(pacer_take(&pacer, now_ns));
    }
    now_ns += 3600 * NS_PER_S; /* after an hour of nothing: the same small burst */
    for (unsigned i = 0; i < 6; i++)
        assert_true(pacer_take(&pacer, now_ns));
    assert_false(pacer_take(&pacer, now_ns));
}

static void test_no_rate_is_no_limit(void **state)
{
    struct pacer pacer = pacer_make(0);

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        assert_true(pacer_take(&pacer, NS_PER_S));
}

static void test_schedule_leaves_a_fifth_for_answers(void **state)
{
    (void)state;
    assert_int_equal(syn_schedule_attempts_within(3000), 8);
    assert_int_equal(syn_schedule_attempts_within(2990), 7);
    assert_int_equal(syn_schedule_attempts_within(1000), 3);
    assert_int_equal(syn_schedule_attempts_within(375), 2);
    assert_int_equal(syn_schedule_attempts_within(100), 1);
    for (unsigned i = 0; i < SYN_SCHEDULE_ATTEMPTS;
         i++) /* a half-open target repeats itself no faster */
        for (unsigned j = 0; j < i; j++)
            if (syn_schedule[i].flow == syn_schedule[j].flow)
                assert_true(syn_schedule[i].at_ms - syn_schedule[j].at_ms > 500);
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
