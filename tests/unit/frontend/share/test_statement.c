/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "frontend/share/statement.h"

static const uint8_t key[SIPHASH_KEY_LEN] = {5}, other_key[SIPHASH_KEY_LEN] = {6};

static uint8_t bytes[STATEMENT_MAX_LEN];
static struct statement written, read;

static void fill(void)
{
    written = (struct statement){
        .epoch = 1,
        .beat = 2,
        .oldest = 3,
        .next = 6,
        .first = 4,
        .frontend_count = 2,
        .charge_count = 2,
        .heard = {{11, 12, 13}, {21, 22, 23}},
        .charges =
            {{.name = UINT64_MAX, .cost = 1, .age = 2, .limit = STATEMENT_VISITORS, .bits = 3},
             {.name = 9,
              .cost = STATEMENT_COST_MAX,
              .age = STATEMENT_AGE_MAX,
              .limit = STATEMENT_OWN_TARGETS,
              .bits = 64}},
    };
}

static bool passes(void)
{
    size_t len = statement_write(&written, key, "fra", bytes);

    return statement_read(bytes, len, key, "fra", 2, &read);
}

static void test_all_comes_back(void **state)
{
    (void)state;
    fill();
    assert_true(passes());
    assert_int_equal(read.epoch, 1);
    assert_int_equal(read.beat, 2);
    assert_int_equal(read.oldest, 3);
    assert_int_equal(read.next, 6);
    assert_int_equal(read.first, 4);
    assert_int_equal(read.frontend_count, 2);
    assert_int_equal(read.charge_count, 2);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(read.heard[i].epoch, written.heard[i].epoch);
        assert_int_equal(read.heard[i].next, written.heard[i].next);
        assert_int_equal(read.heard[i].beat, written.heard[i].beat);
        assert_int_equal(read.charges[i].name, written.charges[i].name);
        assert_int_equal(read.charges[i].cost, written.charges[i].cost);
        assert_int_equal(read.charges[i].age, written.charges[i].age);
        assert_int_equal(read.charges[i].limit, written.charges[i].limit);
        assert_int_equal(read.charges[i].bits, written.charges[i].bits);
    }
}

static void test_only_the_senders(void **state)
{
    size_t len;

    (void)state;
    fill();
    len = statement_write(&written, key, "fra", bytes);
    assert_false(statement_read(bytes, len, other_key, "fra", 2, &read));
    assert_false(statement_read(bytes, len, key, "fr", 2, &read));
    assert_false(statement_read(bytes, len, key, "iad", 2, &read));
    assert_false(statement_read(bytes, len, key, "fra", 3, &read));
    for (size_t i = 0; i < len; i++) {
        assert_false(statement_read(bytes, i, key, "fra", 2, &read));
        bytes[i] ^= 0x10;
        assert_false(statement_read(bytes, len, key, "fra", 2, &read));
        bytes[i] ^= 0x10;
    }
    assert_true(statement_read(bytes, len, key, "fra", 2, &read));
}

/* Signed, and yet impossible. */
static void test_numbers_that_do_not_fit(void **state)
{
    (void)state;
    fill();
    written.epoch = 0;
    assert_false(passes());
    fill();
    written.oldest = 5; /* after the first that it tells */
    assert_false(passes());
    fill();
    written.first = 7; /* after the next */
    assert_false(passes());
    fill();
    written.first = 5; /* two charges, room for one number */
    assert_false(passes());
    fill();
    written.next = STATEMENT_NUMBER_MAX;
    assert_false(passes());
    written.next--;
    assert_true(passes());
    fill();
    written.charges[1].cost = 0;
    assert_false(passes());
    fill();
    written.charges[0].limit = STATEMENT_LIMITS; /* a newer frontend's */
    assert_true(passes());
}

static void test_as_many_as_fit(void **state)
{
    (void)state;
    fill();
    written.charge_count = STATEMENT_CHARGES_MAX;
    written.next = written.first + STATEMENT_CHARGES_MAX;
    for (unsigned i = 0; i < STATEMENT_CHARGES_MAX; i++)
        written.charges[i] = (struct statement_charge){.name = i, .cost = 1};
    assert_true(passes());
    assert_int_equal(read.charges[STATEMENT_CHARGES_MAX - 1].name, STATEMENT_CHARGES_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_comes_back),
        cmocka_unit_test(test_only_the_senders),
        cmocka_unit_test(test_numbers_that_do_not_fit),
        cmocka_unit_test(test_as_many_as_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
