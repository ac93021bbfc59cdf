/* SPDX-License-Identifier: BSD-2-Clause */
/* What nobody sees of packets: addresses of ours that are not public, and what tells them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cursor.h"
#include "common/net/packet.h"
#include "prober/packet/redact.h"
#include "prober/packet/segment.h"
#include "tests/unit/support/frames.h"

enum { ROOM = 192 };

static const struct addr private4 = {ADDR_IPV4, {10, 9, 0, 2}};
static const struct addr router4 = {ADDR_IPV4, {10, 9, 0, 1}};
static const struct addr public4 = {ADDR_IPV4, {45, 42, 0, 2}};
static const struct addr target4 = {ADDR_IPV4, {45, 43, 0, 2}};
static const struct addr private6 = {ADDR_IPV6, {0xfd, 0, [15] = 2}};
static const struct addr router6 = {ADDR_IPV6, {0xfe, 0x80, [15] = 1}};
static const struct addr target6 = {ADDR_IPV6, {0x2a, 0x0e, [15] = 2}};

static const struct policy *defaults(void)
{
    static struct policy policy;

    policy_init(&policy);
    return &policy;
}

static size_t syn(const struct addr *src, const struct addr *dst, uint8_t *out)
{
    const struct segment segment = {
        .src = *src,
        .dst = *dst,
        .sport = 61000,
        .dport = 443,
        .seq = 0x01020304,
        .flags = TCP_SYN,
        .ttl = 64,
        .ip_id = 0x4243,
        .flow_label = 0x12345,
    };

    return segment_build(&segment, out);
}

/* An error about such a SYN, with something behind its quote: an MPLS label, an address. */
static size_t error_about(const struct addr *router, const struct addr *src, const struct addr *dst,
                          uint8_t *out)
{
    bool ipv4 = router->family == ADDR_IPV4;
    struct writer w = writer_of(out, ROOM);
    uint8_t quote[SEGMENT_MAX_LEN];
    uint16_t len = (uint16_t)syn(src, dst, quote);

    if (ipv4)
        frame_ipv4(&w, router, src, 1, 0, 64, (uint16_t)(8 + len + 16));
    else
        frame_ipv6(&w, router, src, 58, 0, 64, (uint16_t)(8 + len + 16));
    write_u32(&w, ipv4 ? 0x0b00beef : 0x0300beef);
    write_u32(&w, 0);
    write_bytes(&w, quote, len);
    write_u64(&w, UINT64_C(0x2000aaaa000c0205));
    write_u64(&w, UINT64_C(0x0a0900010a090001));
    return w.pos;
}

/* Is the sequence of bytes anywhere in it? */
static bool holds(const uint8_t *bytes, size_t len, const struct addr *addr)
{
    return memmem(bytes, len, addr->bytes, addr_len(addr)) != NULL;
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void test_our_own_source(void **state)
{
    uint8_t bytes[ROOM] = {0}, before[ROOM];
    struct packet packet = {0};
    size_t len = syn(&private4, &target4, bytes);

    (void)state;
    memcpy(before, bytes, sizeof(bytes));
    redact_packet(defaults(), bytes, len);
    assert_true(is_zero(bytes + 12, 4) && is_zero(bytes + 10, 2) && is_zero(bytes + 36, 2));
    memset(before + 12, 0, 4);
    memset(before + 10, 0, 2);
    memset(before + 36, 0, 2);
    assert_memory_equal(bytes, before, len); /* and nothing else */
    assert_true(packet_parse_ip(bytes, len, &packet));
    assert_true(addr_is_unspecified(&packet.src) && addr_equal(&packet.dst, &target4));
    assert_int_equal(packet.tcp.seq, 0x01020304);

    len = syn(&private6, &target6, bytes);
    redact_packet(defaults(), bytes, len);
    assert_true(is_zero(bytes + 8, 16) && is_zero(bytes + 56, 2));
    assert_true(packet_parse_ip(bytes, len, &packet));
    assert_true(addr_equal(&packet.dst, &target6));
}

static void test_what_is_public_stays(void **state)
{
    uint8_t bytes[ROOM] = {0}, before[ROOM];
    size_t len = syn(&public4, &target4, bytes);

    (void)state;
    memcpy(before, bytes, sizeof(bytes));
    redact_packet(defaults(), bytes, len);
    assert_memory_equal(bytes, before, sizeof(bytes));
    len = error_about(&target4, &public4, &target4, bytes);
    memcpy(before, bytes, sizeof(bytes));
    redact_packet(defaults(), bytes, len);
    assert_memory_equal(bytes, before, sizeof(bytes));
}

static void test_errors(void **state)
{
    static const struct {
        const struct addr *router, *src, *dst;
    } rows[] = {
        {&router4, &private4, &target4}, /* both are ours */
        {&router4, &public4, &target4},  /* a router that is not public */
        {&target4, &private4, &target4}, /* only the quote tells of us */
        {&router6, &private6, &target6}, {&target6, &private6, &target6},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t bytes[ROOM] = {0};
        size_t len = error_about(rows[i].router, rows[i].src, rows[i].dst, bytes);
        struct packet packet = {0};
        assert_true(holds(bytes, len, &router4)); /* behind the quote at least */
        redact_packet(defaults(), bytes, len);
        assert_false(holds(bytes, len, &router4) || holds(bytes, len, &private4) ||
                     holds(bytes, len, &router6) || holds(bytes, len, &private6));
        assert_true(is_zero(bytes + len - 16, 16));
        assert_true(packet_parse_ip(bytes, len, &packet));
        assert_int_equal(packet.kind, PACKET_ICMP_ERROR);
        assert_int_equal(packet.quote.seq, 0x01020304);
        assert_true(addr_equal(&packet.quote.dst, rows[i].dst));
        assert_null(memmem(bytes, len, "\xbe\xef", 2)); /* the checksum */
    }
}

/* IPv4 options may record routes, and nothing is said of what is not known. */
static void test_options_and_other_protocols(void **state)
{
    uint8_t bytes[ROOM] = {0x46, 0, 0, 44, 0, 0, 0, 0, 64, 6, 1, 2};
    uint8_t other[ROOM] = {0x45, 0, 0, 44, 0, 0, 0, 0, 64, 17, 1, 2};

    (void)state;
    memcpy(bytes + 12, private4.bytes, 4);
    memcpy(bytes + 16, target4.bytes, 4);
    memcpy(bytes + 20, router4.bytes, 4);
    redact_packet(defaults(), bytes, 44);
    assert_true(is_zero(bytes + 20, 4));
    memcpy(other + 12, private4.bytes, 4);
    memcpy(other + 16, target4.bytes, 4);
    memset(other + 20, 0xff, 24);
    redact_packet(defaults(), other, 44);
    assert_true(is_zero(other + 20, 24));
}

/* However short or odd: within its bytes, and nothing of ours is left where it was whole. */
static void test_every_cut(void **state)
{
    uint8_t whole[ROOM] = {0};
    size_t len = error_about(&router4, &private4, &target4, whole);

    (void)state;
    for (size_t cut = 0; cut <= len; cut++) {
        uint8_t *bytes = malloc(cut > 0 ? cut : 1); /* the sanitizers see what is behind */
        memcpy(bytes, whole, cut);
        redact_packet(defaults(), bytes, cut);
        if (cut >= 20)
            assert_false(holds(bytes, cut, &router4) || holds(bytes, cut, &private4));
        free(bytes);
    }
    for (unsigned i = 0; i < 100000; i++) {
        uint8_t bytes[64];
        for (unsigned k = 0; k < sizeof(bytes); k++)
            bytes[k] = (uint8_t)(rand() >> 7);
        redact_packet(defaults(), bytes, (size_t)rand() % sizeof(bytes));
    }
}

static void test_addresses(void **state)
{
    struct addr addr = private4, none = {0}, shown = public4;
    struct policy policy = *defaults();
    char text[ADDR_TEXT_LEN];

    (void)state;
    redact_address(defaults(), &addr);
    redact_address(defaults(), &none);
    redact_address(defaults(), &shown);
    assert_true(addr_is_unspecified(&addr) && none.family == ADDR_NONE);
    assert_true(addr_equal(&shown, &public4));
    addr_format_shown(&addr, text);
    assert_string_equal(text, "private");
    addr_format_shown(&shown, text);
    assert_string_equal(text, "45.42.0.2");
    addr_format_shown(&none, text);
    assert_string_equal(text, "-");
    policy.show_own = true;
    addr = private4;
    redact_address(&policy, &addr);
    assert_true(addr_equal(&addr, &private4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_our_own_source), cmocka_unit_test(test_what_is_public_stays),
        cmocka_unit_test(test_errors),         cmocka_unit_test(test_options_and_other_protocols),
        cmocka_unit_test(test_every_cut),      cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
