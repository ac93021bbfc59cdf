/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "networks/intern.h"

enum { TEXTS = 10000 };

static void test_equal_bytes_are_stored_once(void **state)
{
    struct intern intern = {0};
    uint32_t first = intern_put(&intern, "abc", 3), second = intern_put(&intern, "ab", 2),
             third = intern_put(&intern, "a\0c", 3);

    (void)state;
    assert_int_equal(intern_put(&intern, "abc", 3), first);
    assert_int_equal(intern_put(&intern, "ab", 2), second);
    assert_int_equal(intern_put(&intern, "a\0c", 3), third);
    assert_int_equal(intern.len, 8);
    assert_memory_equal(intern.bytes, "abcaba\0c", 8);
    intern_free(&intern);
    assert_int_equal(intern.len, 0);
    assert_null(intern.bytes);
}

static void test_they_are_found_after_it_grew(void **state)
{
    static uint32_t offsets[TEXTS];
    struct intern intern = {0};
    char text[16];
    size_t len;

    (void)state;
    for (int i = 0; i < TEXTS; i++)
        offsets[i] = intern_put(&intern, text, (size_t)snprintf(text, sizeof(text), "text %d", i));
    len = intern.len;
    for (int i = 0; i < TEXTS; i++) {
        size_t text_len = (size_t)snprintf(text, sizeof(text), "text %d", i);
        assert_int_equal(intern_put(&intern, text, text_len), offsets[i]);
        assert_memory_equal(intern.bytes + offsets[i], text, text_len);
    }
    assert_int_equal(intern.len, len);
    intern_free(&intern);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_bytes_are_stored_once),
        cmocka_unit_test(test_they_are_found_after_it_grew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
