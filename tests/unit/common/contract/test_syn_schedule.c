/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/contract/syn_schedule.h"

static void test_it_begins_at_once_and_goes_on(void **state)
{
    unsigned flows[SYN_SCHEDULE_FLOWS] = {0};

    (void)state;
    assert_int_equal(syn_schedule[0].at_ms, 0);
    for (unsigned i = 0; i < SYN_SCHEDULE_ATTEMPTS; i++) {
        assert_true(i == 0 || syn_schedule[i].at_ms > syn_schedule[i - 1].at_ms);
        assert_true(syn_schedule[i].flow < SYN_SCHEDULE_FLOWS);
        flows[syn_schedule[i].flow]++;
    }
    for (unsigned i = 0; i < SYN_SCHEDULE_FLOWS; i++)
        assert_int_equal(flows[i], 2);
}

static void test_the_last_fifth_is_for_answers(void **state)
{
    static const struct {
        uint32_t timeout_ms;
        uint8_t attempts;
    } rows[] = {
        {0, 1},    {373, 1},  {374, 2},  {873, 2},  {874, 3},  {1000, 3},       {1249, 4},
        {1687, 5}, {2125, 6}, {2563, 7}, {2998, 7}, {2999, 8}, {UINT32_MAX, 8},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (syn_schedule_attempts_within(rows[i].timeout_ms) != rows[i].attempts)
            fail_msg("%u ms: %u", rows[i].timeout_ms,
                     syn_schedule_attempts_within(rows[i].timeout_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_begins_at_once_and_goes_on),
        cmocka_unit_test(test_the_last_fifth_is_for_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
