/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "frontend/model/utc.h"

static void test_times(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text; /* "": there is none */
    } rows[] = {
        {0, "1970-01-01T00:00:00"},
        {-1, "1969-12-31T23:59:59"},
        {951782400, "2000-02-29T00:00:00"},
        {1795773600, "2026-11-27T10:00:00"},
        {4102444800, "2100-01-01T00:00:00"},
        {253402300799, "9999-12-31T23:59:59"},
        {253402300800, ""},
        {-30610224000, "1000-01-01T00:00:00"},
        {-30610224001, "0999-12-31T23:59:59"},
        {-62167219200, "0000-01-01T00:00:00"},
        {-62167219201, ""},
        {INT64_MAX, ""},
        {INT64_MIN, ""},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[UTC_LEN] = "before", date[UTC_DATE_LEN] = "before";
        assert_int_equal(utc_write(rows[i].seconds, text), rows[i].text[0] != '\0');
        assert_string_equal(text, rows[i].text);
        assert_int_equal(utc_write_date(rows[i].seconds, date), rows[i].text[0] != '\0');
        text[rows[i].text[0] != '\0' ? UTC_DATE_LEN - 1 : 0] = '\0';
        assert_string_equal(date, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
