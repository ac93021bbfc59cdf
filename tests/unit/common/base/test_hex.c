/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/hex.h"

static void test_digits(void **state)
{
    static const char digits[] = "0123456789abcdef", capitals[] = "ABCDEF";

    (void)state;
    for (int c = 0; c < 256; c++) {
        int value = -1;
        for (int i = 0; i < 16; i++)
            if (digits[i] == c || (i >= 10 && capitals[i - 10] == c))
                value = i;
        assert_int_equal(hex_digit_value((char)c), value);
    }
}

static void test_bytes(void **state)
{
    static const uint8_t bytes[] = {0x00, 0x0f, 0xa5, 0xff};
    char text[] = "..........|";

    (void)state;
    hex_write(bytes, sizeof(bytes), text);
    assert_string_equal(text, "000fa5ff");
    assert_string_equal(text + 9, ".|");
    hex_write(bytes, 0, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
