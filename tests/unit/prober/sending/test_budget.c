/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prober/sending/budget.h"

enum { PART = 100, ME = 1 };

static struct budget budget_of_parts(void)
{
    return (struct budget){.packets = (uint64_t)PART * SEND_QUEUE_PEERS};
}

static void test_what_fits_into_the_time_of_a_check(void **state)
{
    (void)state;
    assert_int_equal(budget_make(1000).packets, 2400);
    assert_int_equal(budget_make(0).packets, 0);
    assert_int_equal(budget_make(UINT32_MAX).packets, UINT64_C(4294967295) * 2400 / 1000);
}

static void test_without_a_limit_all_is_admitted(void **state)
{
    struct budget budget = budget_make(0);

    (void)state;
    budget_promise(&budget, ME, UINT32_MAX);
    assert_true(budget_admits(&budget, ME, UINT32_MAX));
}

static void test_one_check_each(void **state)
{
    struct budget budget = budget_make(1);

    (void)state;
    assert_true(budget_admits(&budget, ME, 1000));
    budget_promise(&budget, ME, 1000);
    assert_false(budget_admits(&budget, ME, 1));
    assert_true(budget_admits(&budget, ME + 1, 1000));
    budget_release(&budget, ME, 1000);
    assert_true(budget_admits(&budget, ME, 1000));
}

static void test_others_keep_their_parts(void **state)
{
    struct budget budget = budget_of_parts();

    (void)state;
    budget_promise(&budget, ME, 50);
    assert_true(budget_admits(&budget, ME, 50));
    assert_true(budget_admits(&budget, ME, 51));
    for (unsigned peer = 0; peer < SEND_QUEUE_PEERS; peer++)
        budget.present[peer] = true;
    assert_true(budget_admits(&budget, ME, 50));
    assert_false(budget_admits(&budget, ME, 51));
    /* their promises fill their parts: nothing more is kept, and nothing is left */
    for (unsigned peer = 0; peer < SEND_QUEUE_PEERS; peer++)
        if (peer != ME)
            budget_promise(&budget, peer, PART);
    assert_true(budget_admits(&budget, ME, 50));
    assert_false(budget_admits(&budget, ME, 51));
}

/* Alone beyond its part: eight times what is left then, that is eight ninths of all. */
static void test_some_is_left_for_who_comes(void **state)
{
    struct budget budget = budget_of_parts();
    uint32_t most = (uint32_t)(budget.packets * 8 / 9);

    (void)state;
    budget_promise(&budget, ME, 1);
    assert_true(budget_admits(&budget, ME, most - 1));
    assert_false(budget_admits(&budget, ME, most));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_fits_into_the_time_of_a_check),
        cmocka_unit_test(test_without_a_limit_all_is_admitted),
        cmocka_unit_test(test_one_check_each),
        cmocka_unit_test(test_others_keep_their_parts),
        cmocka_unit_test(test_some_is_left_for_who_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
