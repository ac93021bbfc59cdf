/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and prefixes as text and as bits, and the words of a verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/contract/verdict.h"
#include "common/net/prefix.h"

static struct addr addr_of(const char *text)
{
    struct addr addr;

    if (!addr_parse(text, &addr))
        fail_msg("not taken: %s", text);
    return addr;
}

static void test_text(void **state)
{
    static const char *const pairs[][2] = {
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"0:0:0:0:0:0:0:1", "::1"},
        {"2001:DB8::0:1", "2001:db8::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
    };
    static const char *const refused[] = {
        "",          " ",         "1.2.3",    "1.2.3.4 ",
        "01.2.3.4",  "1.2.3.256", "1.2.3.4.", "0x1.2.3.4",
        "1.2.3.4/8", "::1%lo",    "[::1]",    "1:2:3:4:5:6:7",
        ":::",       "12345::",   "g::",      "1:2:3:4:5:6:7:8:9",
        "1.2.3.4::",
    };
    struct addr none = {0}, before;
    char text[ADDR_TEXT_LEN];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(pairs); i++) {
        struct addr addr = addr_of(pairs[i][0]);
        addr_format(&addr, text);
        assert_string_equal(text, pairs[i][1]);
    }
    for (unsigned i = 0; i < ARRAY_LEN(refused); i++) {
        struct addr addr = addr_of("192.0.2.1");
        before = addr;
        if (addr_parse(refused[i], &addr))
            fail_msg("taken: %s", refused[i]);
        assert_memory_equal(&addr, &before, sizeof(addr));
    }
    addr_format(&none, text);
    assert_string_equal(text, "-");
}

/* As the library writes it. */
static void test_every_number_of_an_ipv4_address(void **state)
{
    char text[ADDR_TEXT_LEN], theirs[ADDR_TEXT_LEN];

    (void)state;
    for (unsigned n = 0; n <= UINT8_MAX; n++) {
        const struct addr addr = {ADDR_IPV4, {(uint8_t)n, 9, 255, (uint8_t)(255 - n)}};
        addr_format(&addr, text);
        assert_string_equal(text, inet_ntop(AF_INET, addr.bytes, theirs, sizeof(theirs)));
    }
}

static void test_mask(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits <= 130; bits++) {
        struct addr addr = {.family = ADDR_IPV6}, masked;
        memset(addr.bytes, 0xff, sizeof(addr.bytes));
        masked = addr_mask(&addr, bits);
        assert_int_equal(masked.family, ADDR_IPV6);
        for (unsigned i = 0; i < 128; i++)
            assert_int_equal(masked.bytes[i / 8] >> (7 - i % 8) & 1, i < bits);
    }
}

static void test_families(void **state)
{
    struct addr four = addr_of("1.2.3.4"), six = addr_of("102:304::"), none = {0};
    struct addr mapped = addr_of("::ffff:1.2.3.4"), compatible = addr_of("::1.2.3.4"), plain;

    (void)state;
    assert_memory_equal(four.bytes, six.bytes, sizeof(four.bytes));
    assert_false(addr_equal(&four, &six));
    assert_int_equal(addr_len(&four), 4);
    assert_int_equal(addr_len(&six), 16);
    assert_int_equal(addr_len(&none), 0);
    plain = addr_unmap(&mapped);
    assert_memory_equal(&plain, &four, sizeof(four));
    plain = addr_unmap(&compatible);
    assert_memory_equal(&plain, &compatible, sizeof(plain));
    plain = addr_unmap(&four);
    assert_memory_equal(&plain, &four, sizeof(plain));
    assert_string_equal(addr_family_name(ADDR_IPV4), "ipv4");
    assert_string_equal(addr_family_name(ADDR_IPV6), "ipv6");
    assert_string_equal(addr_family_name(ADDR_NONE), "none");
}

static void test_prefix_text(void **state)
{
    static const struct {
        const char *text;
        enum prefix_error error;
        int bits;
    } rows[] = {
        {"0.0.0.0/0", PREFIX_OK, 0},
        {"10.0.0.0/8", PREFIX_OK, 8},
        {"192.0.2.1", PREFIX_OK, 32},
        {"192.0.2.1/32", PREFIX_OK, 32},
        {"::/0", PREFIX_OK, 0},
        {"2001:db8::/32", PREFIX_OK, 32},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", PREFIX_OK, 128},
        {"10.0.0.1/8", PREFIX_HOST_BITS, 0},
        {"10.0.0.0/6", PREFIX_HOST_BITS, 0},
        {"::1/127", PREFIX_HOST_BITS, 0},
        {"10.0.0.0/33", PREFIX_BAD_LENGTH, 0},
        {"::/129", PREFIX_BAD_LENGTH, 0},
        {"10.0.0.0/", PREFIX_BAD_LENGTH, 0},
        {"10.0.0.0/08", PREFIX_BAD_LENGTH, 0},
        {"10.0.0.0/+8", PREFIX_BAD_LENGTH, 0},
        {"10.0.0.0/8 ", PREFIX_BAD_LENGTH, 0},
        {"10.0.0.0/4294967304", PREFIX_BAD_LENGTH, 0},
        {"10.0.0.0/8/8", PREFIX_BAD_LENGTH, 0},
        {"", PREFIX_BAD_ADDRESS, 0},
        {"/8", PREFIX_BAD_ADDRESS, 0},
        {"10/8", PREFIX_BAD_ADDRESS, 0},
        {"localhost/8", PREFIX_BAD_ADDRESS, 0},
        {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/8", PREFIX_BAD_ADDRESS, 0},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct prefix prefix;
        enum prefix_error error = prefix_parse(rows[i].text, &prefix);
        if (error != rows[i].error)
            fail_msg("%s: %s", rows[i].text, prefix_error_text(error));
        if (error == PREFIX_OK)
            assert_int_equal(prefix.bits, rows[i].bits);
    }
}

/* For every length: a bit inside the prefix matters, one behind it does not. */
static void assert_edges(const char *text, unsigned max)
{
    struct addr base = addr_of(text);

    for (unsigned bits = 0; bits <= max; bits++) {
        struct prefix prefix = {addr_mask(&base, bits), (uint8_t)bits};
        assert_true(prefix_contains(&prefix, &base));
        for (unsigned flipped = 0; flipped < max; flipped++) {
            struct addr other = base;
            other.bytes[flipped / 8] ^= (uint8_t)(0x80U >> flipped % 8);
            if (prefix_contains(&prefix, &other) != (flipped >= bits))
                fail_msg("%s/%u, bit %u", text, bits, flipped);
        }
    }
}

static void test_prefix_edges(void **state)
{
    struct prefix all4 = {{ADDR_IPV4, {0}}, 0};
    struct prefix_list empty = {0}, list = {&all4, 1};
    struct addr four = addr_of("0.0.0.0"), six = addr_of("::");

    (void)state;
    assert_edges("170.85.204.51", 32);
    assert_edges("aa55:cc33:f00f:1234:8765:0ff0:3c3c:5a5a", 128);
    assert_false(prefix_list_contains(&empty, &four));
    assert_true(prefix_list_contains(&list, &four));
    assert_false(prefix_list_contains(&list, &six));
}

static void assert_words(const char *(*name)(unsigned), unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        assert_non_null(name(i));
        assert_int_equal(strspn(name(i), "abcdefghijklmnopqrstuvwxyz-"), strlen(name(i)));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(name(i), name(j));
    }
    assert_null(name(count));
    assert_null(name(255));
}

static void test_verdict_words(void **state)
{
    struct verdict verdict;

    (void)state;
    assert_words(verdict_state_name, STATE_COUNT);
    assert_words(verdict_reason_name, REASON_COUNT);
    assert_words(verdict_disposition_name, DISPOSITION_COUNT);
    assert_words(verdict_actor_name, ACTOR_COUNT);
    assert_words(verdict_confidence_name, CONFIDENCE_COUNT);
    assert_words(verdict_evidence_name, EVIDENCE_COUNT);
    memset(&verdict, 0x5a, sizeof(verdict));
    verdict_init(&verdict, 443);
    assert_int_equal(verdict.port, 443);
    assert_string_equal(verdict_state_name(verdict.state), "unknown");
    assert_string_equal(verdict_disposition_name(verdict.disposition), "unknown");
    assert_string_equal(verdict_actor_name(verdict.actor), "unknown");
    assert_string_equal(verdict_confidence_name(verdict.confidence), "guess");
    assert_true(verdict.rtt_ns == VERDICT_NO_RTT && verdict.evidence == 0 && verdict.sent == 0);
    assert_int_equal(verdict.responder.family, ADDR_NONE);
    assert_int_equal(verdict.ttl, VERDICT_UNKNOWN_HOP);
    assert_int_equal(verdict.hops, VERDICT_UNKNOWN_HOP);
    assert_int_equal(verdict.actor_hop, VERDICT_UNKNOWN_HOP);
    assert_int_equal(verdict.icmp_type, VERDICT_NO_ICMP);
    assert_int_equal(verdict.icmp_code, VERDICT_NO_ICMP);
}

/* The kernel's form, byte by byte: family in the host's order, port in the network's. */
static void test_socket_addresses(void **state)
{
    static const struct {
        const char *text;
        uint16_t port;
        socklen_t len;
        uint8_t family;
        uint8_t bytes[26]; /* behind the family */
    } cases[] = {
        {"198.51.100.7", 443, 16, AF_INET, {0x01, 0xbb, 198, 51, 100, 7}},
        {"0.0.0.0", 0, 16, AF_INET, {0}},
        {"2001:db8::1:2",
         61000,
         28,
         AF_INET6,
         {0xee, 0x48, 0, 0, 0, 0, 0x20, 0x01, 0x0d, 0xb8, [19] = 1, [21] = 2}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct addr addr = addr_of(cases[i].text), back;
        sa_family_t family = cases[i].family;
        uint8_t wanted[sizeof(union addr_sockaddr)] = {0};
        union addr_sockaddr got;

        memset(&got, 0xff, sizeof(got));
        memcpy(wanted, &family, sizeof(family));
        memcpy(wanted + sizeof(family), cases[i].bytes, sizeof(cases[i].bytes));
        assert_int_equal(addr_to_sockaddr(&addr, cases[i].port, &got), cases[i].len);
        assert_memory_equal(&got, wanted, sizeof(got));
        back = addr_from_sockaddr(&got.any, cases[i].len);
        assert_memory_equal(&back, &addr, sizeof(addr));
        back = addr_from_sockaddr(&got.any, cases[i].len - 1);
        assert_int_equal(back.family, ADDR_NONE);
    }
}

static void test_other_socket_addresses(void **state)
{
    const struct addr none = {0};
    union addr_sockaddr got = {.ipv6 = {.sin6_family = AF_INET6, .sin6_scope_id = 7}};
    struct addr back = addr_from_sockaddr(&got.any, sizeof(got));
    const struct addr any = addr_of("::");

    (void)state;
    assert_memory_equal(&back, &any, sizeof(any)); /* without its scope */
    got.any.sa_family = AF_UNIX;
    back = addr_from_sockaddr(&got.any, sizeof(got));
    assert_memory_equal(&back, &none, sizeof(none));
    back = addr_from_sockaddr(&got.any, 0);
    assert_memory_equal(&back, &none, sizeof(none));
    assert_int_equal(addr_to_sockaddr(&none, 80, &got), 0);
    assert_int_equal(got.any.sa_family, AF_UNSPEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_every_number_of_an_ipv4_address),
        cmocka_unit_test(test_mask),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_prefix_text),
        cmocka_unit_test(test_prefix_edges),
        cmocka_unit_test(test_verdict_words),
        cmocka_unit_test(test_socket_addresses),
        cmocka_unit_test(test_other_socket_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
