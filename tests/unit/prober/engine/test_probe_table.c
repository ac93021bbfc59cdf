/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prober/engine/probe_table.h"
#include "prober/engine/state.h"

enum { CAPACITY = 1000 };

static const uint8_t key[SIPHASH_KEY_LEN] = {1, 2, 3};

static struct addr target(unsigned i)
{
    return (struct addr){ADDR_IPV4, {198, 18, (uint8_t)(i >> 8), (uint8_t)i}};
}

static void test_fill_find_and_empty(void **state)
{
    struct probe_table *table = probe_table_new(CAPACITY, key);
    struct probe *probes[CAPACITY];
    struct addr addr;

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < CAPACITY; i++) {
            addr = target(i);
            probes[i] = probe_table_add_probe(table, &addr, 80);
            assert_non_null(probes[i]);
        }
        addr = target(CAPACITY);
        assert_null(probe_table_add_probe(table, &addr, 80));
        assert_int_equal(probe_table_probe_count(table), CAPACITY);
        for (unsigned i = 0; i < CAPACITY; i++) {
            addr = target(i);
            assert_ptr_equal(probe_table_first_of(table, &addr, 80), probes[i]);
            assert_null(probe_table_next_of(table, probes[i]));
            assert_null(probe_table_first_of(table, &addr, 81));
        }
        for (unsigned i = 0; i < CAPACITY; i++)
            probe_table_remove_probe(table, probes[(i * 7) % CAPACITY]);
        assert_int_equal(probe_table_probe_count(table), 0);
        addr = target(5);
        assert_null(probe_table_first_of(table, &addr, 80));
    }
    probe_table_free(table);
}

static void test_several_probes_of_one_target(void **state)
{
    struct probe_table *table = probe_table_new(CAPACITY, key);
    struct addr addr = target(1), other = target(2);
    struct probe *a = probe_table_add_probe(table, &addr, 80);
    struct probe *b = probe_table_add_probe(table, &addr, 80);
    struct probe *c = probe_table_add_probe(table, &other, 80);
    struct probe *first, *second;

    (void)state;
    first = probe_table_first_of(table, &addr, 80);
    second = probe_table_next_of(table, first);
    assert_true((first == a && second == b) || (first == b && second == a));
    assert_null(probe_table_next_of(table, second));
    probe_table_remove_probe(table, first);
    assert_ptr_equal(probe_table_first_of(table, &addr, 80), second);
    assert_ptr_equal(probe_table_first_of(table, &other, 80), c);
    probe_table_free(table);
}

static void test_jobs_are_each_clients_own(void **state)
{
    struct addr them = target(1);
    struct probe_table *table = probe_table_new(CAPACITY, key);
    struct check *a = probe_table_add_check(table, 0, 77, &them);
    struct check *b = probe_table_add_check(table, 1, 77, &them);
    struct check *c = probe_table_add_check(table, 1, 78, &them);

    (void)state;
    assert_ptr_equal(probe_table_find_check(table, 0, 77), a);
    assert_ptr_equal(probe_table_find_check(table, 1, 77), b);
    assert_null(probe_table_find_check(table, 0, 78));
    assert_ptr_equal(probe_table_next_check_of_peer(table, 1, NULL), b);
    assert_ptr_equal(probe_table_next_check_of_peer(table, 1, b), c);
    probe_table_remove_check(table, b, &them);
    assert_ptr_equal(probe_table_next_check_of_peer(table, 1, NULL), c);
    assert_null(probe_table_find_check(table, 1, 77));
    assert_ptr_equal(probe_table_add_check(table, 2, 1, &them), b); /* used again */
    probe_table_free(table);
}

/* Of a hundred thousand silent checks 8 bytes are 0.8 MB (docs/performance.md): what few of them
 * need belongs into struct probe_answered, a pool, or the send queue. */
static void test_a_silent_check_is_small(void **state)
{
    (void)state;
    assert_true(sizeof(struct probe) + sizeof(struct check) <= 304);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill_find_and_empty),
        cmocka_unit_test(test_several_probes_of_one_target),
        cmocka_unit_test(test_jobs_are_each_clients_own),
        cmocka_unit_test(test_a_silent_check_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
