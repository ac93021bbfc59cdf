/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frontend/limits/conn_count.h"

enum { MAX = 3, CROWD = 20000, STOCK = 300 };

static const uint8_t key[SIPHASH_KEY_LEN] = {7};

static struct addr at(const char *text)
{
    struct addr addr = {0};

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void test_no_more_than_allowed(void **state)
{
    struct conn_count *count = conn_count_new(&(struct conn_count_setup){.max = MAX, .key = key});
    struct addr client = at("192.0.2.1"), other = at("192.0.2.2");

    (void)state;
    for (int i = 0; i < MAX; i++)
        assert_true(conn_count_add(count, &client));
    assert_false(conn_count_add(count, &client));
    assert_true(conn_count_add(count, &other));
    conn_count_remove(count, &client);
    assert_true(conn_count_add(count, &client));
    assert_false(conn_count_add(count, &client)); /* a refusal was not counted */
    conn_count_free(count);
}

static void test_a_64_is_one_visitor(void **state)
{
    struct conn_count *count = conn_count_new(&(struct conn_count_setup){.max = 1, .key = key});
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
    struct conn_count *count = conn_count_new(&(struct conn_count_setup){.max = 0, .key = key});
    struct addr client = at("192.0.2.1");

    (void)state;
    for (int i = 0; i < 100000; i++)
        assert_true(conn_count_add(count, &client));
    assert_int_equal(conn_count_max(count), 0);
    conn_count_free(count);
}

/* Among many, nobody holds more than allowed, and few are told too early. */
static void test_a_crowd(void **state)
{
    struct conn_count *count = conn_count_new(&(struct conn_count_setup){.max = MAX, .key = key});
    unsigned too_early = 0;

    (void)state;
    for (uint32_t i = 0; i < CROWD; i++) {
        struct addr client = {.family = ADDR_IPV4,
                              .bytes = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        for (int j = 0; j < MAX; j++)
            too_early += !conn_count_add(count, &client);
        assert_false(conn_count_add(count, &client));
    }
    assert_in_range(too_early, 0, CROWD * MAX / 4);
    conn_count_free(count);
}

/* Changing addresses within a network gets nobody more than the network may have. */
static void test_networks(void **state)
{
    const struct conn_count_setup setup = {.max = MAX, .networks = true, .key = key};
    struct conn_count *count = conn_count_new(&setup);
    struct addr attacker = at("2001:db8:0::1"), victim = at("2001:db8:1::1");
    unsigned held = 0;

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        attacker.bytes[6] = (uint8_t)(i >> 4);
        attacker.bytes[7] = (uint8_t)i;
        held += conn_count_add(count, &attacker);
    }
    assert_int_equal(held, 16 * MAX);
    assert_true(conn_count_add(count, &victim));
    attacker.bytes[6] = attacker.bytes[7] = 0; /* the first, which has one */
    conn_count_remove(count, &attacker);
    assert_true(conn_count_add(count, &attacker));

    attacker = at("192.0.2.0");
    held = 0;
    for (unsigned i = 0; i < 1000; i++) {
        attacker.bytes[3] = (uint8_t)i;
        held += conn_count_add(count, &attacker);
    }
    assert_int_equal(held, 8 * MAX);
    conn_count_free(count);
}

/* However many networks take what they get, one more is left for the next. */
static void test_a_stock_is_never_empty(void **state)
{
    const struct conn_count_setup setup = {.capacity = STOCK, .networks = true, .key = key};
    struct conn_count *count = conn_count_new(&setup);
    struct addr attacker = at("2001:db8::1");
    unsigned first = 0;

    (void)state;
    while (conn_count_add(count, &attacker))
        first++;
    assert_in_range(first, STOCK / 3 - 1, STOCK / 3);
    for (unsigned network = 1; network < 8; network++) {
        attacker.bytes[5] = (uint8_t)network;
        assert_true(conn_count_add(count, &attacker));
        for (unsigned i = 0; i < STOCK; i++) {
            attacker.bytes[7] = (uint8_t)i;
            conn_count_add(count, &attacker);
        }
    }
    attacker.bytes[5] = 99;
    assert_true(conn_count_add(count, &attacker));
    conn_count_free(count);
}

static void test_the_last_of_a_stock(void **state)
{
    struct conn_count *count =
        conn_count_new(&(struct conn_count_setup){.capacity = 3, .key = key});
    struct addr client = at("192.0.2.0");

    (void)state;
    for (uint8_t i = 1; i <= 3; i++) {
        client.bytes[3] = i;
        assert_true(conn_count_add(count, &client));
    }
    client.bytes[3] = 4;
    assert_false(conn_count_add(count, &client));
    conn_count_free(count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_more_than_allowed),
        cmocka_unit_test(test_a_64_is_one_visitor),
        cmocka_unit_test(test_no_limit),
        cmocka_unit_test(test_a_crowd),
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_a_stock_is_never_empty),
        cmocka_unit_test(test_the_last_of_a_stock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
