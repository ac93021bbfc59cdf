/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/packet/redact.h"

#include <string.h>

#include "common/net/protocol.h"

enum {
    IPV4_CHECKSUM_AT = 10,
    IPV4_PROTOCOL_AT = 9,
    IPV4_ADDRESSES_AT = 12,
    IPV6_NEXT_AT = 6,
    IPV6_ADDRESSES_AT = 8,
    TCP_CHECKSUM_AT = 16,
    ICMP_CHECKSUM_AT = 2,
};

/* Where a packet's parts are.  They may extend beyond the captured bytes. */
struct parts {
    size_t header_len, total_len, addresses_at;
    enum addr_family family;
    uint8_t protocol;
};

void redact_address(const struct policy *policy, struct addr *addr)
{
    if (addr->family != ADDR_NONE && !policy_shows(policy, addr))
        memset(addr->bytes, 0, sizeof(addr->bytes));
}

static void blank(uint8_t *bytes, size_t len, size_t from, size_t to)
{
    if (to > len)
        to = len;
    if (from < to)
        memset(bytes + from, 0, to - from);
}

static bool read_parts(const uint8_t *bytes, size_t len, struct parts *parts)
{
    if (len >= IPV4_HEADER_LEN && bytes[0] >> 4 == 4) {
        *parts = (struct parts){
            .family = ADDR_IPV4,
            .header_len = (size_t)(bytes[0] & 0xf) * 4,
            .total_len = (size_t)bytes[2] << 8 | bytes[3],
            .protocol = bytes[IPV4_PROTOCOL_AT],
            .addresses_at = IPV4_ADDRESSES_AT,
        };
        return true;
    }
    if (len >= IPV6_HEADER_LEN && bytes[0] >> 4 == 6) {
        *parts = (struct parts){
            .family = ADDR_IPV6,
            .header_len = IPV6_HEADER_LEN,
            .total_len = IPV6_HEADER_LEN + ((size_t)bytes[4] << 8 | bytes[5]),
            .protocol = bytes[IPV6_NEXT_AT],
            .addresses_at = IPV6_ADDRESSES_AT,
        };
        return true;
    }
    return false;
}

static bool redact_addresses(const struct policy *policy, uint8_t *bytes, const struct parts *parts)
{
    bool hidden = false;

    for (unsigned i = 0; i < 2; i++) {
        struct addr addr = {.family = (uint8_t)parts->family};
        size_t size = addr_len(&addr);
        uint8_t *at = bytes + parts->addresses_at + i * size;
        memcpy(addr.bytes, at, size);
        if (policy_shows(policy, &addr))
            continue;
        memset(at, 0, size);
        hidden = true;
    }
    return hidden;
}

static bool is_icmp(const struct parts *parts)
{
    return parts->protocol ==
           (parts->family == ADDR_IPV4 ? (unsigned)IP_PROTOCOL_ICMP : (unsigned)IP_PROTOCOL_ICMPV6);
}

static bool is_error(const struct parts *parts, const uint8_t *icmp)
{
    if (parts->family == ADDR_IPV6)
        return icmp[0] >= ICMPV6_UNREACHABLE && icmp[0] <= ICMPV6_PARAMETER_PROBLEM;
    return icmp[0] == ICMP_UNREACHABLE || icmp[0] == ICMP_TIME_EXCEEDED ||
           icmp[0] == ICMP_PARAMETER_PROBLEM;
}

/* Removes what would reveal removed addresses. */
static void redact_rest(uint8_t *bytes, size_t len, const struct parts *parts)
{
    if (parts->family == ADDR_IPV4) {
        blank(bytes, len, IPV4_CHECKSUM_AT, IPV4_CHECKSUM_AT + 2);
        blank(bytes, len, IPV4_HEADER_LEN, parts->header_len);
    }
    if (parts->protocol == IP_PROTOCOL_TCP)
        blank(bytes, len, parts->header_len + TCP_CHECKSUM_AT,
              parts->header_len + TCP_CHECKSUM_AT + 2);
    else if (is_icmp(parts))
        blank(bytes, len, parts->header_len + ICMP_CHECKSUM_AT,
              parts->header_len + ICMP_CHECKSUM_AT + 2);
    else
        blank(bytes, len, parts->header_len, len);
}

/* Redacts the packet that an error quotes, and what follows it.  Removes all of a quote that can't
 * be parsed.  Returns true if anything was removed from the quote. */
static bool redact_quote(const struct policy *policy, uint8_t *bytes, size_t len, bool by_hidden)
{
    struct parts parts;
    bool hidden;

    if (!read_parts(bytes, len, &parts)) {
        blank(bytes, len, 0, len);
        return true;
    }
    hidden = redact_addresses(policy, bytes, &parts);
    if (hidden || by_hidden) {
        redact_rest(bytes, len, &parts);
        blank(bytes, len, parts.total_len, len);
    }
    return hidden;
}

void redact_packet(const struct policy *policy, uint8_t *bytes, size_t len)
{
    struct parts parts;
    bool hidden;

    if (!read_parts(bytes, len, &parts))
        return;
    hidden = redact_addresses(policy, bytes, &parts);
    if (is_icmp(&parts) && parts.header_len + ICMP_HEADER_LEN <= len &&
        is_error(&parts, bytes + parts.header_len)) {
        size_t quote_at = parts.header_len + ICMP_HEADER_LEN;
        hidden = redact_quote(policy, bytes + quote_at, len - quote_at, hidden) || hidden;
    }
    if (hidden)
        redact_rest(bytes, len, &parts);
}
