/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "prober/sending/pacer.h"

enum { NOW_S = 100 };

static unsigned take_all(struct pacer *pacer, uint64_t now_ns)
{
    unsigned count = 0;

    while (count < 1000 && pacer_take(pacer, now_ns))
        count++;
    return count;
}

/* What was not used counts for 5 ms, and no longer. */
static void test_a_late_wake_up_loses_nothing(void **state)
{
    const uint64_t now_ns = NOW_S * NS_PER_S;
    struct pacer pacer = pacer_make(1000);

    (void)state;
    assert_int_equal(take_all(&pacer, now_ns), 6);
    assert_int_equal(take_all(&pacer, now_ns + NS_PER_MS - 1), 0);
    assert_int_equal(take_all(&pacer, now_ns + NS_PER_MS), 1);
    assert_int_equal(take_all(&pacer, now_ns + 4 * NS_PER_MS), 3);
    assert_int_equal(take_all(&pacer, now_ns + 1000 * NS_PER_MS), 6);
}

static void test_the_rate_holds(void **state)
{
    struct pacer pacer = pacer_make(250);
    unsigned count = 0;

    (void)state;
    take_all(&pacer, NOW_S * NS_PER_S);
    for (uint64_t ms = 1; ms <= 1000; ms++)
        count += take_all(&pacer, NOW_S * NS_PER_S + ms * NS_PER_MS);
    assert_int_equal(count, 250);
}

static void test_no_limit(void **state)
{
    struct pacer pacer = pacer_make(0);

    (void)state;
    assert_int_equal(take_all(&pacer, NOW_S * NS_PER_S), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_late_wake_up_loses_nothing),
        cmocka_unit_test(test_the_rate_holds),
        cmocka_unit_test(test_no_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
