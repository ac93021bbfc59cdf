/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/contract/target_quota.h"

static void test_a_third_but_a_request(void **state)
{
    static const struct {
        uint32_t quota, part, sum;
    } rows[] = {
        {0, 0, 0},   {1, 3, 4},   {3, 3, 6},    {9, 3, 12},
        {10, 4, 14}, {12, 4, 16}, {30, 10, 40}, {31, 11, 42},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(target_quota_part(rows[i].quota), rows[i].part);
        assert_int_equal(target_quota_sum(rows[i].quota), rows[i].sum);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_third_but_a_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
