/* SPDX-License-Identifier: BSD-2-Clause */
/* What the codes of ICMP errors mean: RFC 792, RFC 1122, RFC 1812, RFC 4443. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "prober/evidence/icmp_codes.h"

static const struct row {
    uint8_t family, type, code;
    enum verdict_reason reason;
    bool filter; /* a packet filter says so */
} rows[] = {
    {ADDR_IPV4, 3, 0, REASON_ICMP_NET_UNREACHABLE, false},
    {ADDR_IPV4, 3, 1, REASON_ICMP_HOST_UNREACHABLE, false},
    {ADDR_IPV4, 3, 2, REASON_ICMP_PROTOCOL_UNREACHABLE, true},
    {ADDR_IPV4, 3, 3, REASON_ICMP_PORT_UNREACHABLE, true},
    {ADDR_IPV4, 3, 5, REASON_ICMP_NET_UNREACHABLE, false},
    {ADDR_IPV4, 3, 6, REASON_ICMP_NET_UNREACHABLE, false},
    {ADDR_IPV4, 3, 7, REASON_ICMP_HOST_UNREACHABLE, false},
    {ADDR_IPV4, 3, 8, REASON_ICMP_HOST_UNREACHABLE, false},
    {ADDR_IPV4, 3, 9, REASON_ICMP_NET_PROHIBITED, true},
    {ADDR_IPV4, 3, 10, REASON_ICMP_HOST_PROHIBITED, true},
    {ADDR_IPV4, 3, 11, REASON_ICMP_NET_UNREACHABLE, false},
    {ADDR_IPV4, 3, 12, REASON_ICMP_HOST_UNREACHABLE, false},
    {ADDR_IPV4, 3, 13, REASON_ICMP_ADMIN_PROHIBITED, true},
    {ADDR_IPV4, 3, 14, REASON_ICMP_ADMIN_PROHIBITED, true},
    {ADDR_IPV4, 3, 15, REASON_ICMP_ADMIN_PROHIBITED, true},
    {ADDR_IPV4, 11, 0, REASON_ICMP_TTL_EXCEEDED, false},
    {ADDR_IPV6, 1, 0, REASON_ICMP_NO_ROUTE, false},
    {ADDR_IPV6, 1, 1, REASON_ICMP_ADMIN_PROHIBITED, true},
    {ADDR_IPV6, 1, 2, REASON_ICMP_BEYOND_SCOPE, false},
    {ADDR_IPV6, 1, 3, REASON_ICMP_ADDRESS_UNREACHABLE, false},
    {ADDR_IPV6, 1, 4, REASON_ICMP_PORT_UNREACHABLE, true},
    {ADDR_IPV6, 1, 5, REASON_ICMP_SOURCE_POLICY, true},
    {ADDR_IPV6, 1, 6, REASON_ICMP_REJECT_ROUTE, true},
    {ADDR_IPV6, 3, 0, REASON_ICMP_TTL_EXCEEDED, false},
    {ADDR_IPV6, 4, 1, REASON_ICMP_PARAMETER_PROBLEM, false},
};

static const struct row *row_of(uint8_t family, unsigned type, unsigned code)
{
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].family == family && rows[i].type == type && rows[i].code == code)
            return &rows[i];
    return NULL;
}

static void test_every_code_of(uint8_t family, enum verdict_reason otherwise)
{
    for (unsigned type = 0; type < 256; type++)
        for (unsigned code = 0; code < 256; code++) {
            const struct row *row = row_of(family, type, code);
            const struct icmp_code *got = icmp_code_find(family, (uint8_t)type, (uint8_t)code);
            assert_int_equal(got->reason, row != NULL ? row->reason : otherwise);
            assert_int_equal(got->filter, row != NULL && row->filter);
        }
}

static void test_every_code_of_ipv4(void **state)
{
    (void)state;
    test_every_code_of(ADDR_IPV4, REASON_ICMP_HOST_UNREACHABLE);
}

static void test_every_code_of_ipv6(void **state)
{
    (void)state;
    test_every_code_of(ADDR_IPV6, REASON_ICMP_ADDRESS_UNREACHABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_of_ipv4),
        cmocka_unit_test(test_every_code_of_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
