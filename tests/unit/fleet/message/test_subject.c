/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "fleet/message/subject.h"

static const uint8_t random_bytes[SUBJECT_RANDOM_LEN] = {0xab, [15] = 0x01};

static void test_both_ways(void **state)
{
    char token[SUBJECT_TOKEN_LEN], text[SUBJECT_LEN];
    struct subject read;

    (void)state;
    subject_token(0x12345678, random_bytes, token);
    assert_string_equal(token, "12345678ab000000000000000000000000000001");
    assert_int_equal(subject_slot(token), 0x12345678);
    subject_ask(3, "fra", "f1", text);
    assert_string_equal(text, "pl.3.ask.fra.f1");
    assert_true(subject_read_ask(text, strlen(text), &read));
    assert_int_equal(read.version, 3);
    assert_string_equal(read.place, "fra");
    assert_string_equal(read.frontend, "f1");
    subject_tell(3, "f1", "fra", token, text);
    assert_true(subject_read_tell(text, strlen(text), &read));
    assert_string_equal(read.token, token);
    assert_string_equal(read.place, "fra");
    assert_false(subject_read_ask(text, strlen(text), &read));
    subject_tell(3, "f1", "", ">", text);
    assert_string_equal(text, "pl.3.tell.f1.>");
}

static void test_what_is_none(void **state)
{
    static const char *const wrong[] = {
        "",
        "pl.3.ask.fra",
        "pl.3.ask.fra.f1.x",
        "pl..ask.fra.f1",
        "pl.x.ask.fra.f1",
        "pl.99999.ask.fra.f1",
        "pl.3.ask.Fra.f1",
        "pl.3.ask.fra.*",
        "pl.3.ask..f1",
        "pl.3.ask.abcdefghijklmnopq.f1",
        "xx.3.ask.fra.f1",
        "pl.3.tell.f1.fra.12345678ab00000000000000000000000000000",
        "pl.3.tell.f1.fra.12345678ab00000000000000000000000000000G",
        "a.b.c.d.e.f.g.h",
    };
    struct subject read;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (subject_read_ask(wrong[i], strlen(wrong[i]), &read) ||
            subject_read_tell(wrong[i], strlen(wrong[i]), &read))
            fail_msg("\"%s\" is read", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_what_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
