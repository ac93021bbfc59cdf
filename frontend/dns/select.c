/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/select.h"

static bool judge_all(const struct lookup *lookup, const struct policy *policy,
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

/* Nothing was found: the more telling of the two reasons. */
static bool explain_nothing(const struct lookup *ipv4, const struct lookup *ipv6,
                            struct problem *problem)
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
        if (ipv4->status == reasons[i].status || ipv6->status == reasons[i].status)
            return problem_set(problem, reasons[i].cause, "#/host");
    return problem_set(problem, CAUSE_DNS_NO_ADDRESS, "#/host");
}

bool select_addresses(const struct lookup *ipv4, const struct lookup *ipv6,
                      const struct policy *policy, struct addr chosen[static RESULT_TARGETS_MAX],
                      unsigned *count, uint32_t *warnings, struct problem *problem)
{
    *count = 0;
    if (!judge_all(ipv4, policy, problem) || !judge_all(ipv6, policy, problem))
        return false;
    if (ipv4->count > 0)
        chosen[(*count)++] = ipv4->addrs[0];
    if (ipv6->count > 0)
        chosen[(*count)++] = ipv6->addrs[0];
    if (*count == 0)
        return explain_nothing(ipv4, ipv6, problem);
    if (has_failed(ipv4))
        *warnings |= 1U << WARNING_IPV4_LOOKUP_FAILED;
    if (has_failed(ipv6))
        *warnings |= 1U << WARNING_IPV6_LOOKUP_FAILED;
    if (ipv4->count > 1 || ipv6->count > 1)
        *warnings |= 1U << WARNING_MORE_ADDRESSES;
    return true;
}
