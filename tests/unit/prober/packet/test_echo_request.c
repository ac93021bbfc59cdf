/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "prober/packet/checksum.h"
#include "prober/packet/echo_request.h"

static const uint8_t data[ECHO_REQUEST_DATA_LEN] = "\x01\x02\x03\x04\x05\x06\x07\x08portlight echo";

static struct echo_request request_to(const char *src, const char *dst)
{
    struct echo_request request = {.id = 0xabcd,
                                   .seq = 0x1234,
                                   .cookie = UINT64_C(0x0102030405060708),
                                   .ttl = 64,
                                   .tos = 0x28,
                                   .ip_id = 7,
                                   .flow_label = 9};

    assert_true(addr_parse(src, &request.src) && addr_parse(dst, &request.dst));
    return request;
}

/* Type, code, numbers and data; the checksum apart. */
static void assert_icmp(const uint8_t *icmp, uint8_t type)
{
    static const uint8_t numbers[] = {0xab, 0xcd, 0x12, 0x34};

    assert_int_equal(icmp[0], type);
    assert_int_equal(icmp[1], 0);
    assert_memory_equal(icmp + 4, numbers, sizeof(numbers));
    assert_memory_equal(icmp + 8, data, sizeof(data));
}

static void test_ipv4(void **state)
{
    const struct echo_request request = request_to("192.0.2.1", "198.51.100.7");
    uint8_t out[ECHO_REQUEST_MAX_LEN];

    (void)state;
    assert_int_equal(echo_request_build(&request, out), 20 + 8 + 24);
    assert_int_equal(out[9], 1);
    assert_int_equal(out[1], 0x28);
    assert_icmp(out + 20, 8);
    assert_int_equal(checksum_finish(checksum_add(0, out + 20, 32)), 0);
}

/* Its checksum covers the addresses (RFC 4443 section 2.3). */
static void test_ipv6(void **state)
{
    const struct echo_request request = request_to("2001:db8::1", "2001:db8:ffff::7");
    uint8_t out[ECHO_REQUEST_MAX_LEN];

    (void)state;
    assert_int_equal(echo_request_build(&request, out), 40 + 8 + 24);
    assert_int_equal(out[6], 58);
    assert_icmp(out + 40, 128);
    assert_int_equal(checksum_finish(checksum_add(58 + 32, out + 8, 32 + 32)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipv4),
        cmocka_unit_test(test_ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
