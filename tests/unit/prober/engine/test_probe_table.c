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
    struct probe_table *table = probe_table_new(CAPACITY, key);
    uint32_t index[CAPACITY];
    struct addr addr;

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < CAPACITY; i++) {
            addr = target(i);
            index[i] = probe_table_add_probe(table, &addr, 80);
            assert_int_not_equal(index[i], PROBE_TABLE_NONE);
        }
        addr = target(CAPACITY);
        assert_int_equal(probe_table_add_probe(table, &addr, 80), PROBE_TABLE_NONE);
        assert_int_equal(probe_table_probe_count(table), CAPACITY);
        for (unsigned i = 0; i < CAPACITY; i++) {
            addr = target(i);
            assert_int_equal(probe_table_first_of(table, &addr, 80), index[i]);
            assert_int_equal(probe_table_next_of(table, index[i]), PROBE_TABLE_NONE);
            assert_int_equal(probe_table_first_of(table, &addr, 81), PROBE_TABLE_NONE);
        }
        for (unsigned i = 0; i < CAPACITY; i++)
            probe_table_remove_probe(table, index[(i * 7) % CAPACITY]);
        assert_int_equal(probe_table_probe_count(table), 0);
        addr = target(5);
        assert_int_equal(probe_table_first_of(table, &addr, 80), PROBE_TABLE_NONE);
    }
    probe_table_free(table);
}

static void test_several_probes_of_one_target(void **state)
{
    struct probe_table *table = probe_table_new(CAPACITY, key);
    struct addr addr = target(1), other = target(2);
    uint32_t a = probe_table_add_probe(table, &addr, 80);
    uint32_t b = probe_table_add_probe(table, &addr, 80);
    uint32_t c = probe_table_add_probe(table, &other, 80);
    uint32_t first, second;

    (void)state;
    first = probe_table_first_of(table, &addr, 80);
    second = probe_table_next_of(table, first);
    assert_true((first == a && second == b) || (first == b && second == a));
    assert_int_equal(probe_table_next_of(table, second), PROBE_TABLE_NONE);
    probe_table_remove_probe(table, first);
    assert_int_equal(probe_table_first_of(table, &addr, 80), second);
    assert_int_equal(probe_table_first_of(table, &other, 80), c);
    probe_table_free(table);
}

static void test_jobs_are_each_clients_own(void **state)
{
    struct addr them = target(1);
    struct probe_table *table = probe_table_new(CAPACITY, key);
    uint32_t a = probe_table_add_check(table, 0, 77, &them);
    uint32_t b = probe_table_add_check(table, 1, 77, &them);
    uint32_t c = probe_table_add_check(table, 1, 78, &them);

    (void)state;
    assert_int_equal(probe_table_find_check(table, 0, 77), a);
    assert_int_equal(probe_table_find_check(table, 1, 77), b);
    assert_int_equal(probe_table_find_check(table, 0, 78), PROBE_TABLE_NONE);
    assert_int_equal(probe_table_check_of(table, 1, 0), b);
    assert_int_equal(probe_table_check_of(table, 1, b + 1), c);
    probe_table_remove_check(table, b, &them);
    assert_int_equal(probe_table_check_of(table, 1, 0), c);
    assert_int_equal(probe_table_find_check(table, 1, 77), PROBE_TABLE_NONE);
    assert_int_equal(probe_table_add_check(table, 2, 1, &them), b); /* used again */
    probe_table_free(table);
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
