/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "prober/packet/ip_header.h"

static struct addr addr_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void test_ipv4(void **state)
{
    static const uint8_t expected[] = {0x45, 0x28, 0x00, 0x73, 0xbe, 0xef, 0x40, 0x00, 0x40, 0x11,
                                       0xf9, 0x49, 192,  168,  0,    1,    192,  168,  0,    199};
    const struct ip_header header = {.src = addr_of("192.168.0.1"),
                                     .dst = addr_of("192.168.0.199"),
                                     .protocol = 17,
                                     .ttl = 64,
                                     .tos = 0x28,
                                     .id = 0xbeef,
                                     .flow_label = 0x12345};
    uint8_t out[40] = {0};
    struct writer writer = writer_of(out, sizeof(out));

    (void)state;
    ip_header_write(&writer, &header, 0x73 - 20);
    assert_int_equal(writer.pos, sizeof(expected));
    assert_memory_equal(out, expected, sizeof(expected));
    assert_int_equal(ip_header_pseudo_sum(&header, 95), 0xc0a8 + 1 + 0xc0a8 + 199 + 17 + 95);
}

static void test_ipv6(void **state)
{
    static const uint8_t expected[] = {0x62, 0x81, 0x23, 0x45, 0x01, 0x02, 58,   63,   0x20, 0x01,
                                       0x0d, 0xb8, 0,    0,    0,    0,    0,    0,    0,    0,
                                       0,    0,    0,    1,    0x20, 0x01, 0x0d, 0xb8, 0,    0,
                                       0,    0,    0,    0,    0,    0,    0,    0,    0xff, 2};
    const struct ip_header header = {.src = addr_of("2001:db8::1"),
                                     .dst = addr_of("2001:db8::ff02"),
                                     .protocol = 58,
                                     .ttl = 63,
                                     .tos = 0x28,
                                     .id = 0xbeef,
                                     .flow_label = 0xfff12345};
    uint8_t out[44] = {0};
    struct writer writer = writer_of(out, sizeof(out));

    (void)state;
    write_u32(&writer, 0); /* a part of something longer */
    ip_header_write(&writer, &header, 0x102);
    assert_int_equal(writer.pos, 4 + sizeof(expected));
    assert_memory_equal(out + 4, expected, sizeof(expected));
    assert_int_equal(ip_header_pseudo_sum(&header, 0x102),
                     2 * (0x2001 + 0x0db8) + 1 + 0xff02 + 58 + 0x102);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipv4),
        cmocka_unit_test(test_ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
