/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "common/base/version.h"
#include "fleet/message/version_number.h"

static void test_a_byte_for_each_part(void **state)
{
    unsigned major, minor, patch;

    (void)state;
    assert_int_equal(sscanf(PORTLIGHT_VERSION, "%u.%u.%u", &major, &minor, &patch), 3);
    assert_int_equal(version_number(), major << 16 | minor << 8 | patch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_byte_for_each_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
