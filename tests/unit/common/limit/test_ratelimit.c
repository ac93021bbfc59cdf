/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "common/limit/ratelimit.h"

static const uint8_t key[SIPHASH_KEY_LEN] = {9};
static const uint64_t start_ns = 1000 * NS_PER_S;

static struct ratelimit *make(uint32_t quota, uint64_t window_ns, bool networks)
{
    const struct ratelimit_setup setup = {
        .quota = quota, .window_ns = window_ns, .networks = networks, .key = key};
    struct ratelimit *limit = ratelimit_new(&setup, start_ns);

    assert_non_null(limit);
    return limit;
}

static struct addr addr_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void test_a_burst_then_an_even_flow(void **state)
{
    struct ratelimit *limit = make(10, 60 * NS_PER_S, false);
    struct addr a = addr_of("198.51.100.7");
    unsigned allowed = 0;

    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        struct ratelimit_state s = ratelimit_take(limit, &a, 1, start_ns);
        assert_int_equal(s.allowed, i < 10);
        assert_int_equal(s.remaining, i < 10 ? 9 - i : 0);
        if (!s.allowed)
            assert_int_equal(s.retry_after_ns, 6 * NS_PER_S);
    }
    for (uint64_t ms = 0; ms < 600000; ms += 10) /* 100 a second for ten minutes */
        allowed += ratelimit_take(limit, &a, 1, start_ns + ms * NS_PER_MS).allowed;
    assert_int_equal(allowed, 99);
    ratelimit_free(limit);
}

static void test_all_or_nothing_and_looking_is_free(void **state)
{
    struct ratelimit *limit = make(5, 5 * NS_PER_S, false);
    struct addr a = addr_of("198.51.100.7");
    struct ratelimit_state s;

    (void)state;
    assert_true(ratelimit_take(limit, &a, 3, start_ns).allowed);
    s = ratelimit_take(limit, &a, 3, start_ns);
    assert_false(s.allowed);
    assert_int_equal(s.remaining, 2);
    assert_int_equal(s.retry_after_ns, NS_PER_S);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(ratelimit_take(limit, &a, 0, start_ns).remaining, 2);
    assert_true(ratelimit_take(limit, &a, 2, start_ns).allowed);
    assert_int_equal(ratelimit_take(limit, &a, 0, start_ns).reset_ns, 5 * NS_PER_S);
    assert_false(ratelimit_take(limit, &a, 6, start_ns + 3600 * NS_PER_S).allowed);
    ratelimit_free(limit);
}

static void assert_same(struct ratelimit_state a, struct ratelimit_state b)
{
    assert_int_equal(a.allowed, b.allowed);
    assert_int_equal(a.remaining, b.remaining);
    assert_int_equal(a.reset_ns, b.reset_ns);
    assert_int_equal(a.retry_after_ns, b.retry_after_ns);
}

/* Through a quota and a network's, whatever is asked next is told before it is taken. */
static void test_a_peek_tells_and_takes_nothing(void **state)
{
    struct ratelimit *limit = make(5, 5 * NS_PER_S, true);

    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        struct addr addr = {ADDR_IPV4, {198, 51, 100, (uint8_t)(i % 16)}};
        uint64_t now_ns = start_ns + i * 10 * NS_PER_MS;
        struct ratelimit_state first = ratelimit_peek(limit, &addr, i % 4, now_ns);
        struct ratelimit_state second = ratelimit_peek(limit, &addr, i % 4, now_ns);
        struct ratelimit_state taken = ratelimit_take(limit, &addr, i % 4, now_ns);
        assert_same(first, second);
        assert_same(first, taken);
    }
    ratelimit_free(limit);
}

static void test_who_counts_as_one(void **state)
{
    struct ratelimit *limit = make(1, 60 * NS_PER_S, false);
    struct addr a4 = addr_of("198.51.100.7"), b4 = addr_of("198.51.100.8");
    struct addr a6 = addr_of("2001:db8:0:1::1"), same6 = addr_of("2001:db8:0:1:ffff::9");
    struct addr b6 = addr_of("2001:db8:0:2::1");

    (void)state;
    assert_true(ratelimit_take(limit, &a4, 1, start_ns).allowed);
    assert_false(ratelimit_take(limit, &a4, 1, start_ns).allowed);
    assert_true(ratelimit_take(limit, &b4, 1, start_ns).allowed);
    assert_true(ratelimit_take(limit, &a6, 1, start_ns).allowed);
    assert_false(ratelimit_take(limit, &same6, 1, start_ns).allowed); /* one /64 */
    assert_true(ratelimit_take(limit, &b6, 1, start_ns).allowed);
    ratelimit_free(limit);
}

static void test_a_full_table_lets_nobody_through_unlimited(void **state)
{
    struct ratelimit *limit = make(2, 60 * NS_PER_S, false);
    unsigned allowed = 0;

    (void)state;
    for (uint32_t i = 0; i < 300000; i++) {
        struct addr a = {ADDR_IPV4,
                         {(uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        for (unsigned j = 0; j < 3; j++)
            allowed += ratelimit_take(limit, &a, 1, start_ns).allowed;
    }
    /* 65,536 slots of two units, and the bucket that all others share */
    assert_in_range(allowed, 120000, 2 * 65536 + 2);
    ratelimit_free(limit);
}

static void test_off(void **state)
{
    struct ratelimit *limit = make(0, 60 * NS_PER_S, false);
    struct addr a = addr_of("198.51.100.7");

    (void)state;
    assert_true(ratelimit_is_off(limit));
    for (unsigned i = 0; i < 1000; i++)
        assert_true(ratelimit_take(limit, &a, 1000, start_ns).allowed);
    ratelimit_free(limit);
}

/* Changing addresses inside a network gets eight, four and sixteen times the quota. */
static void test_networks(void **state)
{
    static const struct {
        struct addr addr;
        unsigned byte; /* that is counted up */
        unsigned allowed;
    } rows[] = {
        {{ADDR_IPV4, {203, 0, 113, 0}}, 3, 80},                   /* a /24 */
        {{ADDR_IPV6, {0x20, 1, 0x0d, 0xb8, 1, 1, 1}}, 7, 40},     /* a /56 of /64s */
        {{ADDR_IPV6, {0x20, 1, 0x0d, 0xb8, 2, 2, 0}}, 6, 160},    /* a /48 of /56s */
        {{ADDR_IPV6, {0x20, 1, 0x0d, 0xb8, 3, 3, 3, 3}}, 15, 10}, /* one /64 */
    };
    struct ratelimit *limit = make(10, 60 * NS_PER_S, true);

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct addr addr = rows[i].addr;
        unsigned allowed = 0;
        for (unsigned n = 0; n < 256 * 11; n++) {
            addr.bytes[rows[i].byte] = (uint8_t)n;
            allowed += ratelimit_take(limit, &addr, 1, NS_PER_S).allowed;
        }
        assert_int_equal(allowed, rows[i].allowed);
    }
    ratelimit_free(limit);
}

/* One address in 16,384 shares a set with its network: both charges must be kept. */
static void test_an_address_and_its_network_in_one_set(void **state)
{
    struct ratelimit *limit = make(4, NS_PER_S, true);
    uint64_t now_ns = start_ns;

    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        struct addr a = {ADDR_IPV4, {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        now_ns += 2 * NS_PER_S; /* everybody before is idle again */
        assert_int_equal(ratelimit_take(limit, &a, 4, now_ns).remaining, 0);
        assert_int_equal(ratelimit_take(limit, &a, 0, now_ns).remaining, 0);
    }
    ratelimit_free(limit);
}

/* --- memory that outlives the limit ------------------------------------------------------ */

static struct ratelimit *over(void *memory, uint64_t window_ns, bool networks, uint64_t now_ns)
{
    const struct ratelimit_setup setup = {
        .quota = 60, .window_ns = window_ns, .networks = networks, .key = key, .memory = memory};

    return ratelimit_new(&setup, now_ns);
}

static struct addr numbered(uint32_t number)
{
    return (struct addr){
        ADDR_IPV6, {0x20, 1, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

/* Without a slot, an address and its networks share one bucket, and it pays for all of
 * them: 1 and 1/4 and 1/16 of a second for a unit. */
static void test_a_full_table_charges_every_tier(void **state)
{
    void *memory = calloc(1, ratelimit_memory_len());
    struct ratelimit *limit = over(memory, 60 * NS_PER_S, false, start_ns);
    unsigned allowed = 0;

    (void)state;
    for (uint32_t i = 0; i < 300000; i++) { /* no slot is idle for a minute */
        struct addr a = numbered(i);
        ratelimit_take(limit, &a, 60, start_ns);
    }
    ratelimit_free(limit);
    limit = over(memory, 60 * NS_PER_S, true, start_ns);
    for (uint32_t ms = 0; ms < 59000; ms += 10) {
        struct addr a = numbered(500000 + ms);
        allowed += ratelimit_take(limit, &a, 1, start_ns + ms * NS_PER_MS).allowed;
    }
    assert_in_range(allowed, 44, 45);
    ratelimit_free(limit);
    free(memory);
}

static void test_what_was_spent_stays_so(void **state)
{
    void *memory = calloc(1, ratelimit_memory_len());
    struct addr a = addr_of("198.51.100.7"), b = addr_of("203.0.113.7");
    struct ratelimit *limit;
    unsigned allowed = 0;

    (void)state;
    for (unsigned life = 0; life <= 32; life++) {
        limit = over(memory, 60 * NS_PER_S, true, start_ns + life * NS_PER_S);
        for (unsigned i = 0; i < 100; i++)
            allowed += ratelimit_take(limit, &a, 1, start_ns + life * NS_PER_S).allowed;
        ratelimit_free(limit);
    }
    assert_int_equal(allowed, 60 + 32);
    limit = over(memory, 60 * NS_PER_S, true, start_ns + 92 * NS_PER_S);
    assert_int_equal(ratelimit_take(limit, &a, 0, start_ns + 92 * NS_PER_S).remaining, 60);
    assert_int_equal(ratelimit_take(limit, &b, 0, start_ns + 33 * NS_PER_S).remaining, 60);
    ratelimit_free(limit);
    free(memory);
}

/* The configuration has a shorter window now, or the clock began anew. */
static void test_times_far_ahead_are_a_window_at_most(void **state)
{
    void *memory = calloc(1, ratelimit_memory_len());
    struct ratelimit *limit = over(memory, 86400 * NS_PER_S, true, start_ns);
    struct addr a = addr_of("198.51.100.7");
    struct ratelimit_state s;

    (void)state;
    assert_true(ratelimit_take(limit, &a, 60, start_ns).allowed);
    ratelimit_free(limit);
    limit = over(memory, 60 * NS_PER_S, true, NS_PER_S);
    s = ratelimit_take(limit, &a, 1, NS_PER_S);
    assert_false(s.allowed);
    assert_int_equal(s.retry_after_ns, NS_PER_S);
    assert_int_equal(ratelimit_take(limit, &a, 0, 61 * NS_PER_S).remaining, 60);
    ratelimit_free(limit);
    free(memory);
}

/* Bytes of somebody else's: no crash, and all is well after a window. */
static void test_any_bytes(void **state)
{
    size_t len = ratelimit_memory_len();
    uint8_t *memory = malloc(len);
    uint32_t random = 1;

    (void)state;
    for (unsigned fill = 0; fill < 3; fill++) {
        struct ratelimit *limit;
        for (size_t i = 0; i < len; i++)
            memory[i] =
                fill == 0 ? 0xff : (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
        limit = over(memory, 60 * NS_PER_S, true, start_ns);
        for (uint32_t i = 0; i < 10000; i++) {
            struct addr a = numbered(i);
            struct ratelimit_state s = ratelimit_take(limit, &a, 1, start_ns);
            assert_true(s.remaining <= 60 && s.reset_ns <= 80 * NS_PER_S);
            assert_true(s.retry_after_ns <= 61 * NS_PER_S);
        }
        for (uint32_t i = 0; i < 10000; i++) {
            struct addr a = numbered(10000 + i);
            assert_int_equal(ratelimit_take(limit, &a, 0, start_ns + 80 * NS_PER_S).remaining, 60);
        }
        ratelimit_free(limit);
    }
    free(memory);
}

/* Memory was lost: all quotas begin spent, and come back at their usual rate. */
static void test_all_is_spent_and_comes_back(void **state)
{
    struct ratelimit_setup setup = {.quota = 60,
                                    .window_ns = 60 * NS_PER_S,
                                    .networks = true,
                                    .key = key,
                                    .spent_ns = start_ns};
    struct ratelimit *limit = ratelimit_new(&setup, start_ns);
    struct addr a = addr_of("198.51.100.7"), b = addr_of("203.0.113.7");
    struct ratelimit_state s = ratelimit_take(limit, &a, 1, start_ns);
    unsigned allowed = 0;

    (void)state;
    assert_false(s.allowed);
    assert_int_equal(s.remaining, 0);
    assert_int_equal(s.retry_after_ns, NS_PER_S);
    for (uint64_t ms = 0; ms <= 30000; ms += 10)
        allowed += ratelimit_take(limit, &a, 1, start_ns + ms * NS_PER_MS).allowed;
    assert_int_equal(allowed, 30);
    assert_int_equal(ratelimit_take(limit, &b, 0, start_ns + 30 * NS_PER_S).remaining, 30);
    assert_int_equal(ratelimit_take(limit, &b, 0, start_ns + 60 * NS_PER_S).remaining, 60);
    ratelimit_free(limit);

    setup.spent_ns = UINT64_MAX; /* hostile */
    limit = ratelimit_new(&setup, start_ns);
    assert_int_equal(ratelimit_take(limit, &b, 0, start_ns + 60 * NS_PER_S).remaining, 60);
    ratelimit_free(limit);
}

/* Nobody gets the whole quota of an address by being many, nor does one part take another's. */
static void test_parts(void **state)
{
    struct ratelimit *limit = make(10, 60 * NS_PER_S, true);
    struct addr target = addr_of("198.51.100.7"), a = addr_of("203.0.113.1");
    struct addr b = addr_of("203.0.113.2"), neighbour = addr_of("198.51.100.8");
    struct ratelimit_ask ask = {.addr = &target, .part = &a, .cost = 10};

    (void)state;
    assert_true(ratelimit_peek_part(limit, &ask, start_ns).allowed);
    assert_true(ratelimit_take_part(limit, &ask, start_ns).allowed);
    assert_false(ratelimit_take_part(limit, &ask, start_ns).allowed);
    ask.part = &b;
    assert_true(ratelimit_take_part(limit, &ask, start_ns).allowed);
    ask.part = &a;
    ask.addr = &neighbour;
    for (unsigned i = 1; i < 8; i++) { /* a part of a network's quota, too */
        neighbour.bytes[3] = (uint8_t)(100 + i);
        assert_true(ratelimit_take_part(limit, &ask, start_ns).allowed);
    }
    neighbour.bytes[3] = 99;
    assert_false(ratelimit_take_part(limit, &ask, start_ns).allowed);
    ask.part = NULL; /* a quota of its own */
    assert_true(ratelimit_take_part(limit, &ask, start_ns).allowed);
    ratelimit_free(limit);
}

/* Every slot is taken: those without one get, all together, what one client would. */
static void test_22000_networks(void **state)
{
    enum { NETWORKS = 22000, PARTS = 16, NEWCOMERS = 1000, SECONDS = 10, UNSLOTTED_MAX = 12 };
    void *memory = calloc(1, ratelimit_memory_len());
    struct ratelimit *limit = over(memory, 60 * NS_PER_S, false, start_ns);
    struct addr addr = addr_of("2001:db8::");
    unsigned allowed = 0;

    (void)state;
    for (unsigned i = 0; i < NETWORKS * PARTS; i++) {
        addr.bytes[3] = (uint8_t)(i / PARTS >> 8);
        addr.bytes[4] = (uint8_t)(i / PARTS);
        addr.bytes[6] = (uint8_t)(i % PARTS); /* a /56 each */
        ratelimit_take(limit, &addr, 60, start_ns);
    }
    ratelimit_free(limit);
    limit = over(memory, 60 * NS_PER_S, true, start_ns);
    addr = addr_of("2001:db9::");
    for (unsigned i = 0; i < NEWCOMERS * SECONDS; i++) {
        addr.bytes[4] = (uint8_t)(i >> 8);
        addr.bytes[5] = (uint8_t)i;
        allowed += ratelimit_take(limit, &addr, 1, start_ns + i * NS_PER_S / NEWCOMERS).allowed;
    }
    assert_in_range(allowed, 1, UNSLOTTED_MAX);
    ratelimit_free(limit);
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_burst_then_an_even_flow),
        cmocka_unit_test(test_all_or_nothing_and_looking_is_free),
        cmocka_unit_test(test_a_peek_tells_and_takes_nothing),
        cmocka_unit_test(test_who_counts_as_one),
        cmocka_unit_test(test_a_full_table_lets_nobody_through_unlimited),
        cmocka_unit_test(test_off),
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_an_address_and_its_network_in_one_set),
        cmocka_unit_test(test_a_full_table_charges_every_tier),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_22000_networks),
        cmocka_unit_test(test_what_was_spent_stays_so),
        cmocka_unit_test(test_times_far_ahead_are_a_window_at_most),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_all_is_spent_and_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
