/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "networks/fields.h"

enum { FIELDS_MAX = 4 };

static void test_lines(void **state)
{
    char text[] = "one\r\n\ntwo\r\r\nthree", *at = text;

    (void)state;
    assert_string_equal(fields_next_line(&at), "one");
    assert_string_equal(fields_next_line(&at), "");
    assert_string_equal(fields_next_line(&at), "two\r");
    assert_string_equal(fields_next_line(&at), "three");
    assert_null(fields_next_line(&at));
    assert_null(fields_next_line(&at));
}

static void test_splitting(void **state)
{
    static const struct {
        const char *line;
        unsigned count;
        const char *fields[FIELDS_MAX];
    } rows[] = {
        {"a,b,c", 3, {"a", "b", "c"}},
        {"", 1, {""}},
        {",", 2, {"", ""}},
        {"a,,b,", 4, {"a", "", "b", ""}},
        {"a,b,c,d,e", 4, {"a", "b", "c", "d,e"}},
        {"a\tb,c\td", 3, {"a", "b,c", "d"}},
        {"\"a,b\",c", 2, {"a,b", "c"}},
        {"\"a\"\"b\",c", 2, {"a\"b", "c"}},
        {"\"\",c", 2, {"", "c"}},
        {"\"\"\"\"", 1, {"\""}},
        {"\"never closed,c", 1, {"never closed,c"}},
        {"\"a\"b,c", 2, {"a", "c"}},
        {"a\"b,c", 2, {"a\"b", "c"}},
        {"\"a\"\tb", 2, {"\"a\"", "b"}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char line[64], *fields[FIELDS_MAX];
        unsigned count;
        strcpy(line, rows[i].line);
        count = fields_split(line, fields, FIELDS_MAX);
        if (count != rows[i].count)
            fail_msg("%s: %u", rows[i].line, count);
        for (unsigned n = 0; n < count; n++)
            assert_string_equal(fields[n], rows[i].fields[n]);
    }
}

static void test_countries(void **state)
{
    static const struct {
        const char *text;
        bool is;
    } rows[] = {
        {"DE", true},  {"US", true},  {"ZA", true}, {"ZZ", false}, {"XX", false},  {"de", false},
        {"A1", false}, {"??", false}, {"", false},  {"D", false},  {"DEU", false}, {"None", false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (fields_is_country(rows[i].text) != rows[i].is)
            fail_msg("%s", rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_splitting),
        cmocka_unit_test(test_countries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
