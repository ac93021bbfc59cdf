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
    struct conn_count *count = conn_count_new(MAX, key);
    struct addr visitor = at("192.0.2.1"), other = at("192.0.2.2");

    (void)state;
    for (int i = 0; i < MAX; i++)
        assert_true(conn_count_add(count, &visitor));
    assert_false(conn_count_add(count, &visitor));
    assert_true(conn_count_add(count, &other));
    conn_count_remove(count, &visitor);
    assert_true(conn_count_add(count, &visitor));
    assert_false(conn_count_add(count, &visitor)); /* a refusal was not counted */
    conn_count_free(count);
}

static void test_a_64_is_one_visitor(void **state)
{
    struct conn_count *count = conn_count_new(1, key);
    struct addr one = at("2001:db8:0:1::1"), same = at("2001:db8:0:1:ffff::2");
    struct addr other = at("2001:db8:0:2::1");

    (void)state;
    assert_true(conn_count_add(count, &one));
    assert_false(conn_count_add(count, &same));
    assert_true(conn_count_add(count, &other));
    conn_count_remove(count, &same);
    assert_true(conn_count_add(count, &one));
    conn_count_free(count);
}

static void test_no_limit(void **state)
{
    struct conn_count *count = conn_count_new(0, key);
    struct addr visitor = at("192.0.2.1");

    (void)state;
    for (int i = 0; i < 100000; i++)
        assert_true(conn_count_add(count, &visitor));
    assert_int_equal(conn_count_max(count), 0);
    conn_count_free(count);
}

/* Among many, nobody holds more than allowed, and few are told too early. */
static void test_a_crowd(void **state)
{
    struct conn_count *count = conn_count_new(MAX, key);
    unsigned too_early = 0;

    (void)state;
    for (uint32_t i = 0; i < CROWD; i++) {
        struct addr visitor = {.family = ADDR_IPV4,
                               .bytes = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        for (int j = 0; j < MAX; j++)
            too_early += !conn_count_add(count, &visitor);
        assert_false(conn_count_add(count, &visitor));
    }
    assert_in_range(too_early, 0, CROWD * MAX / 4);
    conn_count_free(count);
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
