/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/net/tier.h"

static struct addr addr_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void test_the_tiers_of_a_family(void **state)
{
    static const struct {
        enum addr_family family;
        bool networks;
        unsigned count;
        struct tier tiers[TIERS_MAX];
    } rows[] = {
        {ADDR_IPV4, true, 2, {{32, 1}, {24, 8}}},
        {ADDR_IPV6, true, 3, {{64, 1}, {56, 4}, {48, 16}}},
        {ADDR_IPV4, false, 1, {{32, 1}}},
        {ADDR_IPV6, false, 1, {{64, 1}}},
        {ADDR_NONE, true, 0, {{0, 0}}},
        {ADDR_NONE, false, 0, {{0, 0}}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned count = 77;
        const struct tier *tiers = tiers_of(rows[i].family, rows[i].networks, &count);
        assert_int_equal(count, rows[i].count);
        for (unsigned n = 0; n < count; n++) {
            assert_int_equal(tiers[n].bits, rows[i].tiers[n].bits);
            assert_int_equal(tiers[n].factor, rows[i].tiers[n].factor);
        }
    }
}

static void test_keys(void **state)
{
    const struct tier site = {64, 1}, wide = {56, 4};
    struct addr a = addr_of("2001:db8:1:200::1"), b = addr_of("2001:db8:1:200::2"),
                c = addr_of("2001:db8:1:2ff::1"), key[5];

    (void)state;
    key[0] = tier_key(&a, &site);
    key[1] = tier_key(&b, &site);
    key[2] = tier_key(&c, &site);
    assert_true(addr_equal(&key[0], &key[1]));
    assert_false(addr_equal(&key[0], &key[2]));
    key[3] = tier_key(&a, &wide);
    key[4] = tier_key(&c, &wide);
    assert_true(addr_equal(&key[3], &key[4]));
    /* the same bytes, another tier */
    assert_memory_equal(key[0].bytes, key[3].bytes, sizeof(key[0].bytes));
    assert_false(addr_equal(&key[0], &key[3]));
}

static void test_the_widest(void **state)
{
    static const struct {
        const char *a, *b;
        bool networks, same;
    } rows[] = {
        {"192.0.2.1", "192.0.2.254", true, true},
        {"192.0.2.1", "192.0.3.1", true, false},
        {"192.0.2.1", "192.0.2.254", false, false},
        {"2001:db8:1:1::1", "2001:db8:1:ffff::1", true, true},
        {"2001:db8:1::1", "2001:db8:2::1", true, false},
        {"2001:db8:1:1::1", "2001:db8:1:ffff::1", false, false},
        {"2001:db8:1:1::1", "2001:db8:1:1:8000::1", false, true},
    };
    struct addr none = {0}, widest = tier_widest(&none, true);

    (void)state;
    assert_true(addr_equal(&widest, &none));
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct addr a = addr_of(rows[i].a), b = addr_of(rows[i].b);
        a = tier_widest(&a, rows[i].networks);
        b = tier_widest(&b, rows[i].networks);
        if (addr_equal(&a, &b) != rows[i].same)
            fail_msg("%s and %s", rows[i].a, rows[i].b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tiers_of_a_family),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_the_widest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
