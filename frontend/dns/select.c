/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/select.h"

#include <string.h>

static bool check_all(const struct lookup *lookup, const struct policy *policy,
                      struct problem *problem)
{
    for (unsigned i = 0; i < lookup->count; i++) {
        switch (policy_check_address(policy, &lookup->addrs[i])) {
        case POLICY_OK: continue;
        case POLICY_OPTED_OUT: return problem_set(problem, CAUSE_NAME_OPTED_OUT, "#/host");
        default: return problem_set(problem, CAUSE_NAME_NOT_PUBLIC, "#/host");
        }
    }
    return true;
}

static bool has_failed(const struct lookup *lookup)
{
    return lookup->status == LOOKUP_FAILED || lookup->status == LOOKUP_TIMED_OUT;
}

/* No address was found: reports the more informative of the two reasons. */
static bool explain_nothing(const struct lookups *lookups, struct problem *problem)
{
    static const struct {
        enum lookup_status status;
        enum problem_cause cause;
    } reasons[] = {
        {LOOKUP_TIMED_OUT, CAUSE_DNS_TIMEOUT},
        {LOOKUP_FAILED, CAUSE_DNS_ERROR},
        {LOOKUP_NO_NAME, CAUSE_DNS_NO_NAME},
    };

    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (lookups->ipv4.status == reasons[i].status || lookups->ipv6.status == reasons[i].status)
            return problem_set(problem, reasons[i].cause, "#/host");
    return problem_set(problem, CAUSE_DNS_NO_ADDRESS, "#/host");
}

/* Is this RFC 6052's well-known prefix followed by an address of the A answer? */
static bool is_made_of(const struct addr *addr, const struct lookup *ipv4)
{
    static const uint8_t prefix[12] = {0x00, 0x64, 0xff, 0x9b};

    if (memcmp(addr->bytes, prefix, sizeof(prefix)) != 0)
        return false;
    for (unsigned i = 0; i < ipv4->count; i++)
        if (memcmp(addr->bytes + sizeof(prefix), ipv4->addrs[i].bytes, 4) == 0)
            return true;
    return false;
}

/* A DNS64 resolver makes an AAAA record from each A record, which says nothing about the name.
 * Addresses left out here are never probed, and the policy applies to the A record that each is
 * made from. */
static struct lookup without_dns64(const struct lookup *ipv6, const struct lookup *ipv4)
{
    struct lookup left = {.status = ipv6->status};

    for (unsigned i = 0; i < ipv6->count; i++)
        if (!is_made_of(&ipv6->addrs[i], ipv4))
            left.addrs[left.count++] = ipv6->addrs[i];
    if (left.count == 0 && ipv6->count > 0)
        left.status = LOOKUP_NO_ADDRESS;
    return left;
}

static void select_first(const struct lookup *lookup, const struct network_aliases *aliases,
                         struct selection *selection)
{
    selection->addrs[selection->count] = lookup->addrs[0];
    selection->aliases[selection->count] = *aliases;
    selection->count++;
}

bool select_addresses(const struct lookups *lookups, const struct policy *policy,
                      struct selection *selection, struct problem *problem)
{
    const struct lookup *ipv4 = &lookups->ipv4;
    const struct lookup real = without_dns64(&lookups->ipv6, ipv4), *ipv6 = &real;

    *selection = (struct selection){.count = 0};
    if (!check_all(ipv4, policy, problem) || !check_all(ipv6, policy, problem))
        return false;
    if (ipv4->count > 0)
        select_first(ipv4, &lookups->ipv4.aliases, selection);
    if (ipv6->count > 0)
        select_first(ipv6, &lookups->ipv6.aliases, selection);
    if (selection->count == 0)
        return explain_nothing(lookups, problem);
    if (has_failed(ipv4))
        selection->warnings |= 1U << WARNING_IPV4_LOOKUP_FAILED;
    if (has_failed(ipv6))
        selection->warnings |= 1U << WARNING_IPV6_LOOKUP_FAILED;
    if (ipv4->count > 1 || ipv6->count > 1)
        selection->warnings |= 1U << WARNING_MORE_ADDRESSES;
    if (ipv6->count < lookups->ipv6.count)
        selection->warnings |= 1U << WARNING_DNS64;
    if (lookups->served_elsewhere)
        selection->warnings |= 1U << WARNING_SRV;
    return true;
}
