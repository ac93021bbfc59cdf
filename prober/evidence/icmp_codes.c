/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/icmp_codes.h"

#include <stddef.h>

#include "common/base/compiler.h"

/* RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1; RFC 4443 section 3. */
static const struct icmp_code reasons[] = {
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
};

static const struct icmp_code unassigned[] = {
    {ADDR_IPV4, 3, 0, REASON_ICMP_HOST_UNREACHABLE, false},
    {ADDR_IPV6, 1, 0, REASON_ICMP_ADDRESS_UNREACHABLE, false},
};

const struct icmp_code *icmp_code_find(uint8_t family, uint8_t type, uint8_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].family == family && reasons[i].type == type && reasons[i].code == code)
            return &reasons[i];
    return &unassigned[family == ADDR_IPV4 ? 0 : 1];
}
