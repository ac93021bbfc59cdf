/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "prober/packet/checksum.h"
#include "prober/packet/segment.h"

static const struct addr src4 = {ADDR_IPV4, {198, 18, 1, 2}};
static const struct addr dst4 = {ADDR_IPV4, {198, 18, 3, 2}};
static const struct addr src6 = {ADDR_IPV6, {0x20, 1, 0, 2, [15] = 1}};
static const struct addr dst6 = {ADDR_IPV6, {0x20, 1, 0, 2, [15] = 2}};

static void test_checksum_of_rfc_1071(void **state)
{
    /* the example of RFC 1071 section 3: sum ddf2, so the checksum is its complement */
    static const uint8_t data[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

    (void)state;
    assert_int_equal(checksum_finish(checksum_add(0, data, sizeof(data))), 0x220d);
    assert_int_equal(checksum_finish(checksum_add(0, data, 3)), (uint16_t) ~(0x0001 + 0xf200));
}

static void test_checksum_folds_until_no_carry(void **state)
{
    /* 0x1fffe folds to 0xffff; one fold of 0x1ffff gives 0x10000 and needs another */
    (void)state;
    assert_int_equal(checksum_finish(0x1ffff), 0xfffe);
    assert_int_equal(checksum_finish(0x1fffe), 0);
    assert_int_equal(checksum_finish(UINT64_C(0xffffffffffff)), 0);
}

static void test_ipv4_syn_is_linux_own_but_for_a_byte_of_window(void **state)
{
    const struct segment syn = {
        .src = src4,
        .dst = dst4,
        .sport = 61000,
        .dport = 443,
        .seq = 0x01020304,
        .flags = TCP_SYN,
        .ttl = 64,
        .tos = 0x28,
        .ip_id = 0xabcd,
        .ts_value = 0x0a0b0c0d,
    };
    static const uint8_t golden[] = {
        0x45, 0x28, 0x00, 0x3c, 0xab, 0xcd, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, /* IPv4 */
        198,  18,   1,    2,    198,  18,   3,    2,    0xee, 0x48, 0x01, 0xbb,
        1,    2,    3,    4,    0,    0,    0,    0,             /* ports, seq, ack */
        0xa0, 0x02, 0xfa, 0xef, 0x00, 0x00, 0x00, 0x00,          /* 40 bytes, SYN, window 64239 */
        0x02, 0x04, 0x05, 0xb4, 0x04, 0x02,                      /* MSS 1460, SACK permitted */
        0x08, 0x0a, 0x0a, 0x0b, 0x0c, 0x0d, 0,    0,    0,    0, /* timestamps */
        0x01, 0x03, 0x03, 0x07,                                  /* NOP, window scale 7 */
    };
    uint8_t out[SEGMENT_MAX_LEN];

    (void)state;
    assert_int_equal(segment_build(&syn, out), sizeof(golden));
    out[10] = out[11] = out[36] = out[37] = 0; /* checksums: the next test's */
    assert_memory_equal(out, golden, sizeof(golden));
}

/* By RFC 9293 section 3.1, written out apart from the code under test. */
static uint32_t sum_words(const uint8_t *data, size_t len)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
    return sum;
}

static uint16_t fold(uint32_t sum)
{
    while (sum > 0xffff)
        sum = sum / 0x10000 + sum % 0x10000;
    return (uint16_t)sum;
}

static void test_checksums_are_right(void **state)
{
    struct segment s = {.src = src4, .dst = dst4, .sport = 61001, .dport = 22, .ttl = 64};
    uint8_t out[SEGMENT_MAX_LEN];

    (void)state;
    for (uint32_t i = 0; i < 2000; i++) {
        size_t len;
        s.seq = i * 2654435761U;
        s.ts_value = ~s.seq;
        s.ip_id = (uint16_t)(i * 40503U);
        s.flags = i % 3 == 0 ? TCP_RST : TCP_SYN;
        s.src = src4, s.dst = dst4;
        len = segment_build(&s, out);
        assert_int_equal(fold(sum_words(out, 20)), 0xffff);
        assert_int_equal(
            fold(sum_words(out + 12, 8) + 6 + (uint32_t)(len - 20) + sum_words(out + 20, len - 20)),
            0xffff);
        s.src = src6, s.dst = dst6;
        len = segment_build(&s, out);
        assert_int_equal(
            fold(sum_words(out + 8, 32) + 6 + (uint32_t)(len - 40) + sum_words(out + 40, len - 40)),
            0xffff);
    }
}

static void test_ipv6_syn(void **state)
{
    const struct segment syn = {
        .src = src6,
        .dst = dst6,
        .sport = 61000,
        .dport = 443,
        .seq = 0x01020304,
        .flags = TCP_SYN,
        .ttl = 64,
        .tos = 0x28,
        .flow_label = 0x12345,
        .ts_value = 1,
    };
    static const uint8_t head[] = {0x62, 0x81, 0x23, 0x45, 0, 40, 6, 64};
    static const uint8_t options[] = {0x02, 0x04, 0x05, 0xa0, 0x04, 0x02, 0x08, 0x0a, 0,    0,
                                      0,    1,    0,    0,    0,    0,    0x01, 0x03, 0x03, 0x07};
    uint8_t out[SEGMENT_MAX_LEN];

    (void)state;
    assert_int_equal(segment_build(&syn, out), 80);
    assert_memory_equal(out, head, sizeof(head));
    assert_memory_equal(out + 8, src6.bytes, 16);
    assert_memory_equal(out + 24, dst6.bytes, 16);
    assert_memory_equal(out + 60, options, sizeof(options)); /* MSS 1440 */
    assert_int_equal(out[54] << 8 | out[55], 64799);
}

static void test_reset_has_no_options_and_no_window(void **state)
{
    const struct segment rst = {.src = src4,
                                .dst = dst4,
                                .sport = 61000,
                                .dport = 443,
                                .seq = 0xdeadbeef,
                                .flags = TCP_RST,
                                .ttl = 64,
                                .tos = 0x28};
    static const uint8_t tcp[] = {0xee, 0x48, 0x01, 0xbb, 0xde, 0xad, 0xbe, 0xef,
                                  0,    0,    0,    0,    0x50, 0x04, 0,    0};
    uint8_t out[SEGMENT_MAX_LEN];

    (void)state;
    assert_int_equal(segment_build(&rst, out), 40);
    assert_memory_equal(out + 20, tcp, sizeof(tcp));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checksum_of_rfc_1071),
        cmocka_unit_test(test_checksum_folds_until_no_carry),
        cmocka_unit_test(test_ipv4_syn_is_linux_own_but_for_a_byte_of_window),
        cmocka_unit_test(test_checksums_are_right),
        cmocka_unit_test(test_ipv6_syn),
        cmocka_unit_test(test_reset_has_no_options_and_no_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
