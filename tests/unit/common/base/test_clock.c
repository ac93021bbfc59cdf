/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"

static void test_seconds_are_rounded_up(void **state)
{
    (void)state;
    assert_int_equal(clock_ns_to_s_up(0), 0);
    assert_int_equal(clock_ns_to_s_up(1), 1);
    assert_int_equal(clock_ns_to_s_up(NS_PER_S - 1), 1);
    assert_int_equal(clock_ns_to_s_up(NS_PER_S), 1);
    assert_int_equal(clock_ns_to_s_up(NS_PER_S + 1), 2);
    assert_int_equal(clock_ns_to_s_up(UINT64_MAX), UINT64_MAX / NS_PER_S + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_seconds_are_rounded_up)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
