/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/pool.h"

enum { COUNT = 3 };

struct item {
    uint64_t a;
    uint64_t b;
};

static void test_all_are_lent_once(void **state)
{
    struct pool *pool = pool_new(COUNT, sizeof(struct item));
    struct item *items[COUNT];

    (void)state;
    assert_non_null(pool);
    for (uint32_t i = 0; i < COUNT; i++) {
        items[i] = pool_get(pool);
        assert_non_null(items[i]);
        assert_true(pool_number(pool, items[i]) < COUNT);
        assert_ptr_equal(pool_item(pool, pool_number(pool, items[i])), items[i]);
        for (uint32_t j = 0; j < i; j++)
            assert_ptr_not_equal(items[i], items[j]);
    }
    assert_null(pool_get(pool));
    pool_put(pool, items[1]);
    assert_ptr_equal(pool_get(pool), items[1]);
    assert_null(pool_get(pool));
    pool_free(pool);
}

static void test_an_item_comes_zeroed(void **state)
{
    static const struct item zero;
    struct pool *pool = pool_new(1, sizeof(struct item));
    struct item *item = pool_get(pool);

    (void)state;
    memset(item, 0xff, sizeof(*item));
    pool_put(pool, item);
    item = pool_get(pool);
    assert_memory_equal(item, &zero, sizeof(zero));
    pool_free(pool);
}

static void test_none_is_none(void **state)
{
    struct pool *pool = pool_new(1, sizeof(struct item));

    (void)state;
    pool_put(pool, NULL);
    assert_non_null(pool_get(pool));
    assert_null(pool_get(pool));
    pool_free(pool);
    pool_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_are_lent_once),
        cmocka_unit_test(test_an_item_comes_zeroed),
        cmocka_unit_test(test_none_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
