/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "networks/prefixes.h"
#include "tests/unit/support/source_text.h"

static void test_a_list(void **state)
{
    char text[] = "# comment\n192.0.2.0/24\r\n\n2001:db8::/32\n198.51.100.7";
    static const uint8_t first[ADDR_BYTES_LEN] = {192, 0, 2, 0},
                         last[ADDR_BYTES_LEN] = {192, 0, 2, 255};

    (void)state;
    assert_true(read_text(read_prefixes, text));
    assert_int_equal(layer.count, 3);
    assert_memory_equal(layer.spans[0].first, first, sizeof(first));
    assert_memory_equal(layer.spans[0].last, last, sizeof(last));
    assert_int_equal(said_of(0)->bits, 24);
    assert_int_equal(layer.spans[1].family, ADDR_IPV6);
    assert_int_equal(said_of(1)->bits, 32);
    assert_memory_equal(layer.spans[2].first, layer.spans[2].last, ADDR_BYTES_LEN);
    end_reading();
}

static void test_geofeed(void **state)
{
    char text[] = "192.0.2.0/24,DE,DE-HE,Frankfurt,60313\n"
                  "198.51.100.0/24,,,,\n"
                  "203.0.113.0/24,ZZ,,\"Nowhere, really\",\n";

    (void)state;
    assert_true(read_text(read_geofeed, text));
    assert_int_equal(layer.count, 3);
    assert_memory_equal(said_of(0)->country, "DE", 2);
    assert_string_equal(text_at(said_of(0)->region), "Frankfurt");
    assert_int_equal(said_of(1)->country[0], 0);
    assert_string_equal(text_at(said_of(1)->region), "");
    assert_int_equal(said_of(2)->country[0], 0);
    assert_string_equal(text_at(said_of(2)->region), "Nowhere, really");
    end_reading();
}

/* What stands behind a prefix says nothing in a mere list. */
static void test_a_list_has_no_country(void **state)
{
    char text[] = "192.0.2.0/24,DE,DE-HE,Frankfurt,60313\n";

    (void)state;
    assert_true(read_text(read_prefixes, text));
    assert_int_equal(said_of(0)->country[0], 0);
    assert_int_equal(said_of(0)->region, 0);
    end_reading();
}

static void test_faults(void **state)
{
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"", "it has no prefix"},
        {"# 192.0.2.0/24\n", "it has no prefix"},
        {"192.0.2.0/24\n192.0.2.1/24\n",
         "line 2: \"192.0.2.1/24\": bits are set behind the prefix length"},
        {"<html>\n", "line 1: \"<html>\": not an IPv4 or IPv6 address"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[200];
        strcpy(text, rows[i].text);
        assert_false(read_text(read_prefixes, text));
        assert_string_equal(reading.fault, rows[i].fault);
        end_reading();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list),
        cmocka_unit_test(test_geofeed),
        cmocka_unit_test(test_a_list_has_no_country),
        cmocka_unit_test(test_faults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
