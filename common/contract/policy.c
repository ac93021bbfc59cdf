/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/policy.h"

#include <string.h>

#include "common/base/compiler.h"
#include "common/net/bogons.h"

const uint16_t policy_default_ports[] = {
    21,  22,  23,  25,   53,   80,   110,  143,  389,  443,  445,  465,   587,
    853, 993, 995, 1433, 3306, 3389, 5432, 5900, 6379, 8080, 8443, 25565,
};
const size_t policy_default_ports_len = ARRAY_LEN(policy_default_ports);

void policy_init(struct policy *policy)
{
    memset(policy, 0, sizeof(*policy));
    for (size_t i = 0; i < policy_default_ports_len; i++)
        policy_allow_port(policy, policy_default_ports[i]);
    policy->max_ports = POLICY_PORTS_MAX;
    policy->timeout_ms = POLICY_TIMEOUT_MAX_MS;
    policy->linger_ms = 600;
    policy->echo = true;
}

void policy_allow_port(struct policy *policy, uint16_t port)
{
    if (port != 0)
        policy->ports[port / 64] |= UINT64_C(1) << (port % 64);
}

enum policy_answer policy_check_port(const struct policy *policy, uint16_t port)
{
    bool listed = (policy->ports[port / 64] >> (port % 64)) & 1;

    return port != 0 && (policy->any_port || listed) ? POLICY_OK : POLICY_PORT_NOT_ALLOWED;
}

bool policy_can_embed(const struct prefix *prefix)
{
    return prefix->addr.family == ADDR_IPV6 && (prefix->bits <= 32 || prefix->bits == 96 ||
                                                (prefix->bits <= 64 && prefix->bits % 8 == 0));
}

/* Bits 64 to 71 stay zero (RFC 6052 section 2.2). */
static struct addr extract(const struct prefix *prefix, const struct addr *addr)
{
    struct addr ipv4 = {.family = ADDR_IPV4};
    unsigned from = prefix->bits / 8, shift = prefix->bits % 8;

    for (unsigned i = 0; i < 4; i++) {
        unsigned at = from + i + (prefix->bits > 32 && prefix->bits <= 64 && from + i >= 8);
        ipv4.bytes[i] = (uint8_t)(addr->bytes[at] << shift);
        if (shift > 0)
            ipv4.bytes[i] |= (uint8_t)(addr->bytes[at + 1] >> (8 - shift));
    }
    return ipv4;
}

bool policy_embedded_ipv4(const struct policy *policy, const struct addr *addr, struct addr *ipv4)
{
    for (size_t i = 0; i < policy->embed.count; i++)
        if (prefix_contains(&policy->embed.items[i], addr)) {
            *ipv4 = extract(&policy->embed.items[i], addr);
            return true;
        }
    return false;
}

bool policy_shows(const struct policy *policy, const struct addr *addr)
{
    return policy->show_own || prefix_list_contains(&policy->allow, addr) ||
           bogon_kind_of(addr) == BOGON_NONE;
}

enum policy_answer policy_check_address(const struct policy *policy, const struct addr *addr)
{
    struct addr ipv4;

    if (addr->family == ADDR_NONE)
        return POLICY_ADDRESS_NOT_PUBLIC;
    if (prefix_list_contains(&policy->deny, addr))
        return POLICY_OPTED_OUT;
    if (prefix_list_contains(&policy->allow, addr))
        return POLICY_OK;
    if (policy_embedded_ipv4(policy, addr, &ipv4))
        return policy_check_address(policy, &ipv4);
    switch (bogon_kind_of(addr)) {
    case BOGON_NONE: return POLICY_OK;
    case BOGON_NOT_PUBLIC: return POLICY_ADDRESS_NOT_PUBLIC;
    case BOGON_EMBEDDED: return POLICY_ADDRESS_EMBEDDED;
    }
    return POLICY_ADDRESS_NOT_PUBLIC;
}

bool policy_allows_local_names(const struct policy *policy)
{
    for (size_t i = 0; i < policy->allow.count; i++)
        if (bogon_kind_of(&policy->allow.items[i].addr) == BOGON_NOT_PUBLIC)
            return true;
    return false;
}
