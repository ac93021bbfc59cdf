/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/contract/policy.h"
#include "common/net/bogons.h"
#include "tests/unit/support/vectors.h"

static void test_every_boundary(void **state)
{
    static struct vector row;
    FILE *file = vectors_open("ip_boundary_vectors.csv");
    unsigned count = 0, wrong = 0;
    struct policy policy;
    struct addr addr;

    (void)state;
    policy_init(&policy);
    while (vectors_next(file, &row)) {
        bool allowed;
        assert_true(addr_parse(row.fields[0], &addr));
        allowed = policy_check_address(&policy, &addr) == POLICY_OK;
        count++;
        if (allowed == (strcmp(row.fields[1], "allow") == 0))
            continue;
        wrong++;
        print_error("%s: %s, expected %s (%s)\n", row.fields[0], allowed ? "allow" : "deny",
                    row.fields[1], row.fields[2]);
    }
    fclose(file);
    assert_int_equal(wrong, 0);
    assert_int_equal(count, 314);
}

/* The same rules once more, as intervals of first 32 bits (IPv4) or 64 bits
 * (IPv6), written down from the registries and not from bogons.c. */
struct interval {
    uint64_t low, high;
};

static const struct interval denied4[] = {
    {0x00000000, 0x00ffffff}, {0x0a000000, 0x0affffff}, {0x64400000, 0x647fffff},
    {0x7f000000, 0x7fffffff}, {0xa83f8110, 0xa83f8110}, {0xa9fe0000, 0xa9feffff},
    {0xac100000, 0xac1fffff}, {0xc0000000, 0xc00000ff}, {0xc0000200, 0xc00002ff},
    {0xc01fc400, 0xc01fc4ff}, {0xc034c100, 0xc034c1ff}, {0xc0586300, 0xc05863ff},
    {0xc0a80000, 0xc0a8ffff}, {0xc0af3000, 0xc0af30ff}, {0xc6120000, 0xc613ffff},
    {0xc6336400, 0xc63364ff}, {0xcb007100, 0xcb0071ff}, {0xe0000000, 0xffffffff},
};

static const struct interval denied6[] = {
    {0x0000000000000000, 0x1fffffffffffffff}, {0x2001000000000000, 0x200101ffffffffff},
    {0x20010db800000000, 0x20010db8ffffffff}, {0x2002000000000000, 0x2002ffffffffffff},
    {0x2620004f80000000, 0x2620004f8000ffff}, {0x3ffe000000000000, 0x3ffeffffffffffff},
    {0x3fff000000000000, 0x3fff0fffffffffff}, {0x4000000000000000, 0xffffffffffffffff},
};

static bool is_in(const struct interval *list, size_t count, uint64_t value)
{
    for (size_t i = 0; i < count; i++)
        if (value >= list[i].low && value <= list[i].high)
            return true;
    return false;
}

static uint64_t seed = 11;

static uint64_t draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void put(uint8_t *bytes, uint64_t value, unsigned len)
{
    for (unsigned i = 0; i < len; i++)
        bytes[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

/* Half of them anywhere, half within a few addresses of a boundary. */
static uint64_t draw_near(const struct interval *list, size_t count)
{
    const struct interval *one = &list[draw() % count];

    return ((draw() & 1) != 0 ? one->low : one->high) + draw() % 5 - 2;
}

static void test_random_addresses_like_the_intervals(void **state)
{
    struct policy policy;
    struct addr addr;

    (void)state;
    policy_init(&policy);
    for (unsigned i = 0; i < 1000000; i++) {
        uint64_t value = ((i & 1) != 0 ? draw() : draw_near(denied4, ARRAY_LEN(denied4)));
        value &= 0xffffffff;
        addr = (struct addr){.family = ADDR_IPV4};
        put(addr.bytes, value, 4);
        assert_int_equal(policy_check_address(&policy, &addr) != POLICY_OK,
                         is_in(denied4, ARRAY_LEN(denied4), value));

        value = (i & 1) != 0 ? draw() & 0x3fffffffffffffff : draw_near(denied6, ARRAY_LEN(denied6));
        addr = (struct addr){.family = ADDR_IPV6};
        put(addr.bytes, value, 8);
        put(addr.bytes + 8, draw() | UINT64_C(0xfd00000000000000), 8); /* never ISATAP */
        assert_int_equal(policy_check_address(&policy, &addr) != POLICY_OK,
                         is_in(denied6, ARRAY_LEN(denied6), value));
    }
}

static struct addr addr_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

static const char *const words[] = {
    [POLICY_OK] = "ok",
    [POLICY_PORT_NOT_ALLOWED] = "port-not-allowed",
    [POLICY_TOO_MANY_PORTS] = "too-many-ports",
    [POLICY_TIMEOUT_TOO_LONG] = "timeout-too-long",
    [POLICY_ADDRESS_NOT_PUBLIC] = "address-not-public",
    [POLICY_ADDRESS_EMBEDDED] = "address-embedded",
    [POLICY_OPTED_OUT] = "opted-out",
};

static void assert_answer(const struct policy *policy, const char *address, const char *wanted)
{
    struct addr addr = addr_of(address);

    assert_string_equal(words[policy_check_address(policy, &addr)], wanted);
}

static void test_deny_beats_allow_beats_the_registries(void **state)
{
    struct prefix allow[2], deny[1];
    struct policy policy;

    (void)state;
    policy_init(&policy);
    assert_int_equal(prefix_parse("10.0.0.0/8", &allow[0]), PREFIX_OK);
    assert_int_equal(prefix_parse("2001:2::/48", &allow[1]), PREFIX_OK);
    assert_int_equal(prefix_parse("10.9.0.0/16", &deny[0]), PREFIX_OK);
    assert_answer(&policy, "10.1.2.3", "address-not-public");
    policy.allow = (struct prefix_list){allow, 2};
    policy.deny = (struct prefix_list){deny, 1};
    assert_answer(&policy, "10.1.2.3", "ok");
    assert_answer(&policy, "10.9.2.3", "opted-out");
    assert_answer(&policy, "2001:2::1", "ok");
    assert_answer(&policy, "2001:2:1::1", "address-not-public");
    assert_answer(&policy, "192.168.0.1", "address-not-public");
    assert_answer(&policy, "8.8.8.8", "ok");
    assert_answer(&policy, "::ffff:10.1.2.3", "address-embedded");
    assert_answer(&policy, "64:ff9b::8.8.8.8", "address-embedded");
    assert_answer(&policy, "2606:4700::200:5efe:808:808", "address-embedded");
}

/* A network's own NAT64 (RFC 6052 section 2.2, whose examples these are) or 6rd (RFC 5969). */
static void test_prefixes_that_embed_ipv4(void **state)
{
    static const struct {
        const char *prefix, *address, *wanted;
    } rows[] = {
        {"2001:db8::/32", "2001:db8:c000:221::", "address-not-public"}, /* 192.0.2.33 */
        {"2001:db8:100::/40", "2001:db8:1c0:2:21::", "address-not-public"},
        {"2001:db8:122::/48", "2001:db8:122:c000:2:2100::", "address-not-public"},
        {"2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::", "address-not-public"},
        {"2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::", "address-not-public"},
        {"2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33", "address-not-public"},
        {"2a00:1:2:3::/96", "2a00:1:2:3::10.1.2.3", "address-not-public"},
        {"2a00:1:2:3::/96", "2a00:1:2:3::127.0.0.1", "address-not-public"},
        {"2a00:1:2:3::/96", "2a00:1:2:3::8.8.8.8", "ok"},
        {"2a00:1:2:3::/96", "2a00:1:2:3::9.9.9.9", "opted-out"},
        {"2a00:1:2:3::/96", "2a00:1:2:3::10.7.0.1", "ok"}, /* allowed by name */
        {"2a00:1:2:3::/96", "2a00:1:2:4::10.1.2.3", "ok"}, /* not in it */
        {"2a00:1:2:3::/96", "10.1.2.3", "address-not-public"},
        {"2a00:1:2:300::/56", "2a00:1:2:30a:1:203::", "address-not-public"}, /* 10.1.2.3 */
        {"2a00:1:2:300::/56", "2a00:1:2:308:8:808::", "ok"},
        {"2a00::/16", "2a00:0a01:0203::1", "address-not-public"}, /* 6rd of any length */
        {"2a00::/16", "2a00:0808:0808::1", "ok"},
        {"2a01:e00::/28", "2a01:e00:a010:2030::1", "address-not-public"}, /* 10.1.2.3 */
        {"2a01:e00::/28", "2a01:e00:8080:8080::1", "ok"},
        {"64:ff9b::/96", "64:ff9b::10.1.2.3", "address-not-public"},
        {"64:ff9b::/96", "64:ff9b::8.8.8.8", "ok"}, /* if the operator says so */
    };
    struct prefix allow[1], deny[1];
    struct policy policy;

    (void)state;
    policy_init(&policy);
    assert_int_equal(prefix_parse("10.7.0.0/16", &allow[0]), PREFIX_OK);
    assert_int_equal(prefix_parse("9.9.9.9", &deny[0]), PREFIX_OK);
    policy.allow = (struct prefix_list){allow, 1};
    policy.deny = (struct prefix_list){deny, 1};
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct prefix embed[1];
        assert_int_equal(prefix_parse(rows[i].prefix, &embed[0]), PREFIX_OK);
        assert_true(policy_can_embed(&embed[0]));
        policy.embed = (struct prefix_list){embed, 1};
        assert_answer(&policy, rows[i].address, rows[i].wanted);
    }
}

static void test_prefixes_that_cannot_embed(void **state)
{
    static const char *const texts[] = {"10.0.0.0/8", "2a00::/33", "2a00::/39", "2a00::/63",
                                        "2a00::/72",  "2a00::/95", "2a00::/97", "2a00::/128"};
    struct prefix prefix;

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(texts); i++) {
        assert_int_equal(prefix_parse(texts[i], &prefix), PREFIX_OK);
        assert_false(policy_can_embed(&prefix));
    }
}

/* What is shown of routers and of this machine. */
static void test_what_is_shown(void **state)
{
    struct prefix allow[1];
    struct policy policy;
    const struct addr private = addr_of("10.9.0.1"), far = addr_of("8.8.8.8");
    const struct addr local = addr_of("fe80::1"), benchmark = addr_of("198.18.0.1");

    (void)state;
    policy_init(&policy);
    assert_int_equal(prefix_parse("198.18.0.0/15", &allow[0]), PREFIX_OK);
    policy.allow = (struct prefix_list){allow, 1};
    assert_false(policy_shows(&policy, &private) || policy_shows(&policy, &local));
    assert_true(policy_shows(&policy, &far) && policy_shows(&policy, &benchmark));
    policy.show_own = true;
    assert_true(policy_shows(&policy, &private) && policy_shows(&policy, &local));
}

static void test_ports(void **state)
{
    static const uint16_t wanted[] = {21,   22,   23,   25,   53,   80,   110,  143,  389,
                                      443,  445,  465,  587,  853,  993,  995,  1433, 3306,
                                      3389, 5432, 5900, 6379, 8080, 8443, 25565};
    struct policy policy;
    unsigned allowed = 0;

    (void)state;
    policy_init(&policy);
    for (unsigned port = 0; port <= UINT16_MAX; port++)
        allowed += policy_check_port(&policy, (uint16_t)port) == POLICY_OK;
    assert_int_equal(allowed, ARRAY_LEN(wanted));
    for (unsigned i = 0; i < ARRAY_LEN(wanted); i++)
        assert_int_equal(policy_check_port(&policy, wanted[i]), POLICY_OK);
    policy.any_port = true;
    assert_int_equal(policy_check_port(&policy, 81), POLICY_OK);
    assert_int_equal(policy_check_port(&policy, 0), POLICY_PORT_NOT_ALLOWED);
}

/* Not even by a prefix of everything. */
static void test_no_address_is_nobody(void **state)
{
    const struct addr none = {.family = ADDR_NONE};
    struct prefix all = {.bits = 0};
    struct policy policy;

    (void)state;
    policy_init(&policy);
    policy.allow = (struct prefix_list){&all, 1};
    assert_int_equal(policy_check_address(&policy, &none), POLICY_ADDRESS_NOT_PUBLIC);
    assert_int_equal(bogon_kind_of(&none), BOGON_NOT_PUBLIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_boundary),
        cmocka_unit_test(test_random_addresses_like_the_intervals),
        cmocka_unit_test(test_deny_beats_allow_beats_the_registries),
        cmocka_unit_test(test_prefixes_that_embed_ipv4),
        cmocka_unit_test(test_prefixes_that_cannot_embed),
        cmocka_unit_test(test_what_is_shown),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_no_address_is_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
