/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits that are to be one: what one charges, the others note. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "common/limit/ratelimit.h"

enum { QUOTA = 60, WINDOW_S = 60, LIMITS = 4 };

static const uint8_t key[SIPHASH_KEY_LEN] = {9};
static const uint64_t start_ns = 1000 * NS_PER_S;
static struct ratelimit_charge told[16];
static unsigned told_count;

static void on_tell(void *context, const struct ratelimit_charge *charge)
{
    (void)context;
    if (told_count < ARRAY_LEN(told))
        told[told_count] = *charge;
    told_count++;
}

static struct ratelimit *make(bool networks)
{
    const struct ratelimit_sharing sharing = {on_tell, NULL, LIMITS};
    const struct ratelimit_setup setup = {.quota = QUOTA,
                                          .window_ns = WINDOW_S * NS_PER_S,
                                          .networks = networks,
                                          .key = key,
                                          .sharing = &sharing};
    struct ratelimit *limit = ratelimit_new(&setup, start_ns);

    told_count = 0;
    assert_non_null(limit);
    assert_int_equal(ratelimit_window_ns(limit), WINDOW_S * NS_PER_S);
    return limit;
}

static struct addr addr_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

static uint32_t left(struct ratelimit *limit, const char *text)
{
    const struct addr addr = addr_of(text);

    return ratelimit_peek(limit, &addr, 0, start_ns).remaining;
}

/* Each tier by itself, with names that say nothing; refused or free, nothing is told. */
static void test_what_is_told(void **state)
{
    struct ratelimit *limit = make(true);
    const struct addr a = addr_of("198.51.100.7"), b = addr_of("198.51.100.8");

    (void)state;
    assert_true(ratelimit_take(limit, &a, 3, start_ns).allowed);
    assert_int_equal(told_count, 2);
    assert_true(told[0].bits == 32 && told[1].bits == 24);
    assert_true(told[0].cost == 3 && told[1].cost == 3);
    ratelimit_peek(limit, &a, 3, start_ns);
    ratelimit_take(limit, &a, 0, start_ns);
    assert_false(ratelimit_take(limit, &a, QUOTA, start_ns).allowed);
    assert_int_equal(told_count, 2);
    assert_true(ratelimit_take(limit, &b, 1, start_ns).allowed);
    assert_true(told[2].name != told[0].name && told[3].name == told[1].name);
    ratelimit_free(limit);
}

static void test_a_note_takes_as_a_charge_does(void **state)
{
    struct ratelimit *one = make(true), *other = make(true);
    const struct addr a = addr_of("198.51.100.7"), part = addr_of("203.0.113.0");
    const struct ratelimit_ask ask = {&a, &part, 5};

    (void)state;
    assert_true(ratelimit_take(one, &a, 20, start_ns).allowed);
    assert_true(ratelimit_take_part(one, &ask, start_ns).allowed);
    for (unsigned i = 0; i < told_count; i++)
        ratelimit_note(other, &told[i], 0, start_ns);
    assert_int_equal(left(other, "198.51.100.7"), QUOTA - 20);
    assert_int_equal(left(other, "198.51.100.8"), QUOTA);
    assert_int_equal(ratelimit_peek_part(other, &ask, start_ns).remaining, QUOTA - 10);
    ratelimit_free(one);
    ratelimit_free(other);
}

static void test_an_old_note_takes_what_is_not_back(void **state)
{
    struct ratelimit *limit = make(true);
    const struct addr a = addr_of("198.51.100.7");

    (void)state;
    ratelimit_take(limit, &a, 40, start_ns);
    ratelimit_free(limit);
    limit = make(true);
    ratelimit_note(limit, &told[0], 30 * NS_PER_S, start_ns);
    assert_int_equal(left(limit, "198.51.100.7"), QUOTA - 10);
    ratelimit_note(limit, &told[0], UINT64_MAX, start_ns); /* takes what it can: not nothing */
    assert_int_equal(left(limit, "198.51.100.7"), QUOTA - 50);
    ratelimit_free(limit);
    limit = make(true);
    ratelimit_note(limit, &told[0], UINT64_MAX, start_ns);
    assert_int_equal(left(limit, "198.51.100.7"), QUOTA);
    ratelimit_free(limit);
}

/* What all granted beyond the quota is debt; more than each could grant is a lie. */
static void test_bounds(void **state)
{
    struct ratelimit *limit = make(true);
    const struct addr a = addr_of("198.51.100.7");
    struct ratelimit_charge lie;
    struct ratelimit_state now;

    (void)state;
    ratelimit_take(limit, &a, 1, start_ns);
    lie = told[0];
    lie.cost = UINT32_MAX;
    ratelimit_note(limit, &lie, 0, start_ns);
    now = ratelimit_peek(limit, &a, 1, start_ns);
    assert_int_equal(now.reset_ns, 61 * NS_PER_S); /* one quota, however great the cost */
    for (unsigned i = 0; i < 1000; i++)
        ratelimit_note(limit, &lie, 0, start_ns);
    now = ratelimit_peek(limit, &a, 1, start_ns);
    assert_false(now.allowed);
    assert_int_equal(now.reset_ns, (uint64_t)LIMITS * WINDOW_S * NS_PER_S);
    assert_int_equal(now.retry_after_ns, (uint64_t)((LIMITS - 1) * WINDOW_S + 1) * NS_PER_S);
    assert_true(ratelimit_take(limit, &a, QUOTA, start_ns + (uint64_t)LIMITS * WINDOW_S * NS_PER_S)
                    .allowed);
    for (unsigned bits = 0; bits <= UINT8_MAX; bits++) { /* no tier: nothing */
        lie.bits = (uint8_t)bits;
        if (bits != 32 && bits != 24)
            ratelimit_note(limit, &lie, 0, start_ns);
    }
    assert_int_equal(left(limit, "203.0.113.1"), QUOTA);
    ratelimit_free(limit);
}

/* Names that fill the table make all who have no slot share one bucket: stricter, never looser. */
static void test_a_full_table(void **state)
{
    struct ratelimit *limit = make(false);
    const struct addr a = addr_of("198.51.100.7");

    (void)state;
    for (uint64_t name = 0; name < 400000; name++)
        ratelimit_note(limit, &(struct ratelimit_charge){name * 0x9e3779b97f4a7c15, 32, 1}, 0,
                       start_ns);
    assert_false(ratelimit_take(limit, &a, 1, start_ns).allowed);
    assert_true(ratelimit_take(limit, &a, QUOTA, start_ns + (uint64_t)LIMITS * WINDOW_S * NS_PER_S)
                    .allowed);
    ratelimit_free(limit);
}

static void test_a_share(void **state)
{
    struct ratelimit *limit = make(true);
    const struct addr a = addr_of("198.51.100.7"), b = addr_of("203.0.113.8");
    unsigned allowed = 0;

    (void)state;
    ratelimit_set_share(limit, 1);
    assert_int_equal(left(limit, "198.51.100.7"), QUOTA / LIMITS);
    for (uint64_t ms = 0; ms < 600000; ms += 100)
        allowed += ratelimit_take(limit, &a, 1, start_ns + ms * NS_PER_MS).allowed;
    assert_in_range(allowed, 11 * QUOTA / LIMITS - 1, 11 * QUOTA / LIMITS);
    ratelimit_set_share(limit, 99);
    assert_int_equal(left(limit, "203.0.113.8"), QUOTA);
    ratelimit_set_share(limit, 0); /* never none */
    assert_int_equal(left(limit, "203.0.113.8"), QUOTA / LIMITS);
    assert_true(ratelimit_take(limit, &b, 1, start_ns).allowed);
    ratelimit_free(limit);
}

/* Three ports with a trace are more than a fourth of a target's quota: at times, not never. */
static void test_what_costs_more_than_a_share(void **state)
{
    struct ratelimit *limit = make(false);
    const struct addr a = addr_of("198.51.100.7");
    struct ratelimit_state second;

    (void)state;
    ratelimit_set_share(limit, 1);
    assert_true(ratelimit_take(limit, &a, 30, start_ns).allowed);
    second = ratelimit_take(limit, &a, 30, start_ns);
    assert_false(second.allowed);
    assert_int_equal(second.retry_after_ns, 120 * NS_PER_S); /* 30 units at a fourth's pace */
    assert_true(ratelimit_take(limit, &a, 30, start_ns + second.retry_after_ns).allowed);
    assert_false(ratelimit_take(limit, &a, QUOTA + 1, start_ns + 10000 * NS_PER_S).allowed);
    ratelimit_free(limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_told),
        cmocka_unit_test(test_a_note_takes_as_a_charge_does),
        cmocka_unit_test(test_an_old_note_takes_what_is_not_back),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_a_full_table),
        cmocka_unit_test(test_a_share),
        cmocka_unit_test(test_what_costs_more_than_a_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
