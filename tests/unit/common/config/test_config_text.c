/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/config/config_text.h"

static void test_comments_become_blanks_and_lines_stay(void **state)
{
    static const char *const rows[][2] = {
        {"a = 1 # it's {\nb = 2\n", "a = 1         \nb = 2\n"},
        {"a = \"# no { comment\"\n", "a = \"# no { comment\"\n"},
        {"a = '//' // yes \"\nb", "a = '//'         \nb"},
        {"/* { \n \" */a = {1}", "     \n     a = {1}"},
        {"a = \"\\\"{\" #x", "a = \"\\\"{\"   "},
        {"p = {\"10.0.0.0/8\"}", "p = {\"10.0.0.0/8\"}"},
        {"", ""},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[64];
        strcpy(text, rows[i][0]);
        assert_int_equal(config_text_prepare(text, strlen(text)), 0);
        assert_string_equal(text, rows[i][1]);
    }
}

static void test_what_does_not_end(void **state)
{
    static const struct {
        const char *text;
        int line;
    } rows[] = {
        {"policy {\n max-ports = 1\n", 1},
        {"# {\n\npolicy {\n deny = {\"10.0.0.0/8\",\n", 4},
        {"a = 1\nb = \"x\n\n", 2},
        {"a\n/* b\nc", 2},
        {"{{{{{{{{{{{{", 1},
        {"a = \"x\\", 1},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[64];
        strcpy(text, rows[i].text);
        assert_int_equal(config_text_prepare(text, strlen(text)), rows[i].line);
    }
}

static void test_what_is_set_twice(void **state)
{
    static const struct {
        const char *text;
        int line;
        const char *key;
    } rows[] = {
        {"policy {\n deny = {\"a\"}\n deny = {\"b\"}\n}", 3, "policy.deny"},
        {"policy { max-ports = 1 }\nlimits { }\npolicy { max-ports = 2 }", 3, "policy.max-ports"},
        {"a { x = 1 y = 2 } b { x = 1 }", 0, NULL},
        {"a { x = {y, y, \"y = \"} x += {z} }", 0, NULL},
        {"a { x = \"x = 1\" }", 0, NULL},
        {"a { x", 0, NULL},
        {"a { \"x\" = 1\n x = 2 }", 2, "a.x"},
        {"a { x = 1\n 'x' = 2 }", 2, "a.x"},
        {"\"a\" { x = 1 }\na { x = 2 }", 2, "a.x"},
        {"a { x = \"y\" y = \"z\" z = {\"x\"} }", 0, NULL},
        {"a { x = 1 \"", 0, NULL},
        {"a { x23456789012345678901234567890123 = 1 }", 0, NULL},
        {"", 0, NULL},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[128], key[CONFIG_TEXT_KEY_LEN] = "";
        strcpy(text, rows[i].text);
        assert_int_equal(config_text_find_repeat(text, strlen(text), key), rows[i].line);
        if (rows[i].line != 0)
            assert_string_equal(key, rows[i].key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comments_become_blanks_and_lines_stay),
        cmocka_unit_test(test_what_does_not_end),
        cmocka_unit_test(test_what_is_set_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
