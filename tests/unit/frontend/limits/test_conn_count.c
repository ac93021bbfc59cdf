/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frontend/limits/conn_count.h"

enum { MAX = 3, CROWD = 20000 };

static const uint8_t key[SIPHASH_KEY_LEN] = {7};

static struct addr at(const char *text)
{
    struct addr addr = {0};

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void test_no_more_than_allowed(void **state)
{
    struct tally *tally = tally_new(MAX, key);
    struct addr visitor = at("192.0.2.1"), other = at("192.0.2.2");

    (void)state;
    for (int i = 0; i < MAX; i++)
        assert_true(tally_add(tally, &visitor));
    assert_false(tally_add(tally, &visitor));
    assert_true(tally_add(tally, &other));
    tally_remove(tally, &visitor);
    assert_true(tally_add(tally, &visitor));
    assert_false(tally_add(tally, &visitor)); /* a refusal was not counted */
    tally_free(tally);
}

static void test_a_64_is_one_visitor(void **state)
{
    struct tally *tally = tally_new(1, key);
    struct addr one = at("2001:db8:0:1::1"), same = at("2001:db8:0:1:ffff::2");
    struct addr other = at("2001:db8:0:2::1");

    (void)state;
    assert_true(tally_add(tally, &one));
    assert_false(tally_add(tally, &same));
    assert_true(tally_add(tally, &other));
    tally_remove(tally, &same);
    assert_true(tally_add(tally, &one));
    tally_free(tally);
}

static void test_no_limit(void **state)
{
    struct tally *tally = tally_new(0, key);
    struct addr visitor = at("192.0.2.1");

    (void)state;
    for (int i = 0; i < 100000; i++)
        assert_true(tally_add(tally, &visitor));
    assert_int_equal(tally_max(tally), 0);
    tally_free(tally);
}

/* Among many, nobody holds more than allowed, and few are told too early. */
static void test_a_crowd(void **state)
{
    struct tally *tally = tally_new(MAX, key);
    unsigned too_early = 0;

    (void)state;
    for (uint32_t i = 0; i < CROWD; i++) {
        struct addr visitor = {.family = ADDR_IPV4,
                               .bytes = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        for (int j = 0; j < MAX; j++)
            too_early += !tally_add(tally, &visitor);
        assert_false(tally_add(tally, &visitor));
    }
    assert_in_range(too_early, 0, CROWD * MAX / 4);
    tally_free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_more_than_allowed),
        cmocka_unit_test(test_a_64_is_one_visitor),
        cmocka_unit_test(test_no_limit),
        cmocka_unit_test(test_a_crowd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
