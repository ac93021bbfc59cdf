/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/contract/place.h"

static void test_all_fields(void **state)
{
    struct place place;

    (void)state;
    assert_null(place_read("fra; Frankfurt am Main;DE ; AS64500; 50.11; -8.68", &place));
    assert_string_equal(place.name, "fra");
    assert_string_equal(place.title, "Frankfurt am Main");
    assert_string_equal(place.country, "DE");
    assert_int_equal(place.asn, 64500);
    assert_true(place.has_position);
    assert_true(place.latitude > 50.1 && place.latitude < 50.2 && place.longitude < -8.6);
}

static void test_only_a_name(void **state)
{
    struct place place;

    (void)state;
    assert_null(place_read("iad-2", &place));
    assert_string_equal(place.title, "iad-2");
    assert_string_equal(place.country, "");
    assert_int_equal(place.asn, 0);
    assert_false(place.has_position);
    assert_null(place_read("iad;;US", &place));
    assert_string_equal(place.title, "iad");
    assert_string_equal(place.country, "US");
}

static void test_mistakes(void **state)
{
    static const char *const wrong[] = {
        "",
        "Fra",
        "fra.x",
        "abcdefghijklmnopq",
        "fra; x; de",
        "fra;;DEU",
        "fra;;;64500",
        "fra;;;AS0",
        "fra;;;AS4294967296",
        "fra;;;ASx",
        "fra;;;;91;0",
        "fra;;;;50",
        "fra;;;;50;181",
        "fra;;;;0x10;1",
        "fra;;;;1;2;3",
        "fra; a\tb",
    };
    struct place place;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (place_read(wrong[i], &place) == NULL)
            fail_msg("\"%s\" is read", wrong[i]);
}

static void test_socket(void **state)
{
    char path[PLACE_PATH_LEN], directory[PLACE_PATH_LEN];

    (void)state;
    assert_true(place_socket("/run/portlight/places", "fra", path));
    assert_string_equal(path, "/run/portlight/places/fra.sock");
    memset(directory, 'x', sizeof(directory));
    directory[sizeof(directory) - 1] = '\0';
    assert_false(place_socket(directory, "fra", path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_only_a_name),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_socket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
