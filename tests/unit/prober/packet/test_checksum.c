/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prober/packet/checksum.h"

/* The example of RFC 1071, section 3. */
static void test_the_example_of_the_rfc(void **state)
{
    static const uint8_t data[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

    (void)state;
    assert_int_equal(checksum_finish(checksum_add(0, data, sizeof(data))), 0xffff ^ 0xddf2);
    assert_int_equal(checksum_add(checksum_add(0, data, 2), data + 2, 6),
                     checksum_add(0, data, sizeof(data)));
}

static void test_an_odd_byte_is_the_high_one(void **state)
{
    static const uint8_t data[] = {0x12, 0x34, 0x56};

    (void)state;
    assert_int_equal(checksum_add(0, data, 3), 0x1234 + 0x5600);
    assert_int_equal(checksum_add(7, data, 0), 7);
}

static void test_a_carry_may_carry(void **state)
{
    (void)state;
    assert_int_equal(checksum_finish(0x1ffff), 0xfffe);
    assert_int_equal(checksum_finish(0), 0xffff);
    assert_int_equal(checksum_finish(0xffff), 0);
    assert_int_equal(checksum_finish(UINT64_C(0xffffffffffff)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_example_of_the_rfc),
        cmocka_unit_test(test_an_odd_byte_is_the_high_one),
        cmocka_unit_test(test_a_carry_may_carry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
