/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "networks/ranges.h"
#include "tests/unit/support/source_text.h"

static void test_all_forms(void **state)
{
    static const struct {
        const char *text, *first, *last;
        uint32_t asn;
        const char *country, *name;
    } rows[] = {
        {"1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET", "1.0.0.0", "1.0.0.255", 13335, "US",
         "CLOUDFLARENET"},
        {"2001:200::\t2001:200:ffff:ffff:ffff:ffff:ffff:ffff\t2500\tJP\tWIDE-BB",
         "2001:200::", "2001:200:ffff:ffff:ffff:ffff:ffff:ffff", 2500, "JP", "WIDE-BB"},
        {"1.0.0.0,1.0.0.255,13335,\"Cloudflare, Inc.\"", "1.0.0.0", "1.0.0.255", 13335, "",
         "Cloudflare, Inc."},
        {"1.0.0.0,1.0.0.255,AU", "1.0.0.0", "1.0.0.255", 0, "AU", ""},
        {"16777216,16777471,AU", "1.0.0.0", "1.0.0.255", 0, "AU", ""},
        {"3758096384,4294967295,64512", "224.0.0.0", "255.255.255.255", 64512, "", ""},
        {"1.0.0.0\t1.0.0.255\t0\tDE\tNot routed", "1.0.0.0", "1.0.0.255", 0, "DE", ""},
        {"1.0.0.0\t1.0.0.255\t7\tNone\tX", "1.0.0.0", "1.0.0.255", 7, "", "X"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct addr first, last;
        char text[200];
        const struct range_facts *said;
        assert_true(addr_parse(rows[i].first, &first) && addr_parse(rows[i].last, &last));
        strcpy(text, rows[i].text);
        if (!read_text(read_ranges, text))
            fail_msg("%s: %s", rows[i].text, reading.fault);
        assert_int_equal(layer.count, 1);
        assert_int_equal(layer.spans[0].family, first.family);
        assert_memory_equal(layer.spans[0].first, first.bytes, ADDR_BYTES_LEN);
        assert_memory_equal(layer.spans[0].last, last.bytes, ADDR_BYTES_LEN);
        said = said_of(0);
        assert_int_equal(said->asn, rows[i].asn);
        assert_int_equal(strncmp(said->country, rows[i].country, 2), 0);
        assert_string_equal(text_at(said->name), rows[i].name);
        end_reading();
    }
}

static void test_lines_that_say_nothing(void **state)
{
    char text[] = "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\r\n\n"
                  "1.0.0.0\t1.0.0.255\t0\tNone\tNot routed\n"
                  "1.0.1.0,1.0.1.255,??\n"
                  "1.0.2.0,1.0.2.255,DE\n";

    (void)state;
    assert_true(read_text(read_ranges, text));
    assert_int_equal(layer.count, 1);
    assert_memory_equal(said_of(0)->country, "DE", 2);
    assert_int_equal(layer.date_s, 1782362039);
    end_reading();
}

static void test_faults(void **state)
{
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"", "it has no range with an AS or a country"},
        {"# nothing\n", "it has no range with an AS or a country"},
        {"1.0.0.0,1.0.0.255\n", "line 1: must be a first and a last address, and a country or an "
                                "AS number"},
        {"1.0.0.0,1.0.0.255,DE\n1.0.0.0,x,DE\n",
         "line 2: must be a first and a last address, and a country or an AS number"},
        {"1.0.0.0,4294967296,DE\n",
         "line 1: must be a first and a last address, and a country or an AS number"},
        {"1.0.0.0,1.0.0.255,DE,x\n",
         "line 1: must be a first and a last address, and a country or an AS number"},
        {"1.0.0.9,1.0.0.8,DE\n", "line 1: the last address is before the first"},
        {"1.0.0.0,::1,DE\n", "line 1: the last address is before the first"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[200];
        strcpy(text, rows[i].text);
        assert_false(read_text(read_ranges, text));
        assert_string_equal(reading.fault, rows[i].fault);
        end_reading();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_forms),
        cmocka_unit_test(test_lines_that_say_nothing),
        cmocka_unit_test(test_faults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
