/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prober/engine/probe_table.h"

enum { CAPACITY = 1000 };

static const uint8_t key[SIPHASH_KEY_LEN] = {1, 2, 3};

static struct addr target(unsigned i)
{
    return (struct addr){ADDR_IPV4, {198, 18, (uint8_t)(i >> 8), (uint8_t)i}};
}

static void test_fill_find_and_empty(void **state)
{
    struct flight *flight = flight_new(CAPACITY, key);
    uint32_t index[CAPACITY];
    struct addr addr;

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < CAPACITY; i++) {
            addr = target(i);
            index[i] = flight_add_probe(flight, &addr, 80);
            assert_int_not_equal(index[i], FLIGHT_NONE);
        }
        addr = target(CAPACITY);
        assert_int_equal(flight_add_probe(flight, &addr, 80), FLIGHT_NONE);
        assert_int_equal(flight_probe_count(flight), CAPACITY);
        for (unsigned i = 0; i < CAPACITY; i++) {
            addr = target(i);
            assert_int_equal(flight_first_of(flight, &addr, 80), index[i]);
            assert_int_equal(flight_next_of(flight, index[i]), FLIGHT_NONE);
            assert_int_equal(flight_first_of(flight, &addr, 81), FLIGHT_NONE);
        }
        for (unsigned i = 0; i < CAPACITY; i++)
            flight_remove_probe(flight, index[(i * 7) % CAPACITY]);
        assert_int_equal(flight_probe_count(flight), 0);
        addr = target(5);
        assert_int_equal(flight_first_of(flight, &addr, 80), FLIGHT_NONE);
    }
    flight_free(flight);
}

static void test_several_probes_of_one_target(void **state)
{
    struct flight *flight = flight_new(CAPACITY, key);
    struct addr addr = target(1), other = target(2);
    uint32_t a = flight_add_probe(flight, &addr, 80);
    uint32_t b = flight_add_probe(flight, &addr, 80);
    uint32_t c = flight_add_probe(flight, &other, 80);
    uint32_t first, second;

    (void)state;
    first = flight_first_of(flight, &addr, 80);
    second = flight_next_of(flight, first);
    assert_true((first == a && second == b) || (first == b && second == a));
    assert_int_equal(flight_next_of(flight, second), FLIGHT_NONE);
    flight_remove_probe(flight, first);
    assert_int_equal(flight_first_of(flight, &addr, 80), second);
    assert_int_equal(flight_first_of(flight, &other, 80), c);
    flight_free(flight);
}

static void test_jobs_are_each_clients_own(void **state)
{
    struct addr them = target(1);
    struct flight *flight = flight_new(CAPACITY, key);
    uint32_t a = flight_add_check(flight, 0, 77, &them);
    uint32_t b = flight_add_check(flight, 1, 77, &them);
    uint32_t c = flight_add_check(flight, 1, 78, &them);

    (void)state;
    assert_int_equal(flight_find_check(flight, 0, 77), a);
    assert_int_equal(flight_find_check(flight, 1, 77), b);
    assert_int_equal(flight_find_check(flight, 0, 78), FLIGHT_NONE);
    assert_int_equal(flight_check_of(flight, 1, 0), b);
    assert_int_equal(flight_check_of(flight, 1, b + 1), c);
    flight_remove_check(flight, b, &them);
    assert_int_equal(flight_check_of(flight, 1, 0), c);
    assert_int_equal(flight_find_check(flight, 1, 77), FLIGHT_NONE);
    assert_int_equal(flight_add_check(flight, 2, 1, &them), b); /* used again */
    flight_free(flight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill_find_and_empty),
        cmocka_unit_test(test_several_probes_of_one_target),
        cmocka_unit_test(test_jobs_are_each_clients_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
