/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "frontend/limits/recent_targets.h"

#define START_NS (1000 * NS_PER_S)
#define HOUR_NS  (3600 * NS_PER_S)

static const uint8_t key[SIPHASH_KEY_LEN] = {7};

static struct addr at(const char *text)
{
    struct addr addr = {0};

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void test_an_hour(void **state)
{
    struct recent_targets *recent_targets = recent_targets_new(key, NULL, START_NS);
    struct addr client = at("192.0.2.1"), target = at("198.51.100.1");

    (void)state;
    assert_false(recent_targets_contains(recent_targets, &client, &target, START_NS));
    recent_targets_add(recent_targets, &client, &target, START_NS);
    assert_true(recent_targets_contains(recent_targets, &client, &target, START_NS));
    assert_true(recent_targets_contains(recent_targets, &client, &target, START_NS + HOUR_NS - 1));
    assert_false(recent_targets_contains(recent_targets, &client, &target, START_NS + HOUR_NS));
    assert_false(recent_targets_contains(recent_targets, &target, &client,
                                         START_NS)); /* not the other way */
    recent_targets_free(recent_targets);
}

static void test_of_each_visitor_his_own(void **state)
{
    struct recent_targets *recent_targets = recent_targets_new(key, NULL, START_NS);
    struct addr client = at("192.0.2.1"), other = at("192.0.2.2");
    struct addr target = at("2001:db8::1"), neighbour = at("2001:db8::2");
    struct addr elsewhere = at("2001:db8:0:1::1");

    (void)state;
    recent_targets_add(recent_targets, &client, &target, START_NS);
    assert_true(recent_targets_contains(recent_targets, &client, &neighbour, START_NS));
    assert_false(recent_targets_contains(recent_targets, &client, &elsewhere, START_NS));
    assert_false(recent_targets_contains(recent_targets, &other, &target, START_NS));
    recent_targets_free(recent_targets);
}

/* Asking again keeps it, and a full table forgets the oldest. */
static void test_the_latest_stay(void **state)
{
    struct recent_targets *recent_targets = recent_targets_new(key, NULL, START_NS);
    struct addr client = at("192.0.2.1"), kept = at("198.51.100.1"), target = {ADDR_IPV4, {0}};
    unsigned known = 0;

    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        target.bytes[1] = (uint8_t)(i >> 16);
        target.bytes[2] = (uint8_t)(i >> 8);
        target.bytes[3] = (uint8_t)i;
        recent_targets_add(recent_targets, &client, &target, START_NS + i);
        if (i % 1000 == 0)
            recent_targets_add(recent_targets, &client, &kept, START_NS + i);
    }
    assert_true(recent_targets_contains(recent_targets, &client, &kept, START_NS + 200000));
    for (uint32_t i = 0; i < 200000; i++) {
        target.bytes[1] = (uint8_t)(i >> 16);
        target.bytes[2] = (uint8_t)(i >> 8);
        target.bytes[3] = (uint8_t)i;
        known += recent_targets_contains(recent_targets, &client, &target, START_NS + 200000);
    }
    assert_in_range(known, 60000, 65536);
    recent_targets_free(recent_targets);
}

static void test_another_goes_on_with_the_memory(void **state)
{
    void *memory = calloc(1, recent_targets_memory_len());
    struct recent_targets *recent_targets = recent_targets_new(key, memory, START_NS);
    struct addr client = at("192.0.2.1"), target = at("198.51.100.1");

    (void)state;
    recent_targets_add(recent_targets, &client, &target, START_NS);
    recent_targets_free(recent_targets);
    recent_targets = recent_targets_new(key, memory, START_NS + HOUR_NS / 2);
    assert_true(recent_targets_contains(recent_targets, &client, &target, START_NS + HOUR_NS - 1));
    assert_false(recent_targets_contains(recent_targets, &client, &target, START_NS + HOUR_NS));
    recent_targets_free(recent_targets);
    recent_targets = recent_targets_new(key, memory, NS_PER_S); /* the clock began anew */
    assert_false(recent_targets_contains(recent_targets, &client, &target, NS_PER_S + HOUR_NS));
    recent_targets_free(recent_targets);
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_hour),
        cmocka_unit_test(test_of_each_visitor_his_own),
        cmocka_unit_test(test_the_latest_stay),
        cmocka_unit_test(test_another_goes_on_with_the_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
