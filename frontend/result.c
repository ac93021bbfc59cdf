/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/result.h"

bool result_is_complete(const struct result *result)
{
    for (unsigned i = 0; i < result->target_count; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            if (!result->targets[i].done[j])
                return false;
    return true;
}

void result_compare_families(struct result *result)
{
    const struct result_target *a = &result->targets[0];
    const struct result_target *b = &result->targets[1];

    if (result->target_count < 2)
        return;
    for (unsigned i = 0; i < a->port_count; i++)
        if (a->done[i] && b->done[i] && a->verdicts[i].state != b->verdicts[i].state)
            result->warnings |= 1U << WARNING_FAMILIES_DIFFER;
}

const char *result_warning_text(enum result_warning warning)
{
    switch (warning) {
    case WARNING_IPV4_LOOKUP_FAILED:
        return "The name's IPv4 addresses could not be looked up; only IPv6 was checked.";
    case WARNING_IPV6_LOOKUP_FAILED:
        return "The name's IPv6 addresses could not be looked up; only IPv4 was checked.";
    case WARNING_MORE_ADDRESSES:
        return "The name has more addresses; only the first of each family was checked.";
    case WARNING_FAMILIES_DIFFER: return "IPv4 and IPv6 give different answers.";
    case WARNING_NO_TRACE: return "This version of portlight does not trace paths.";
    case WARNING_NO_PACKETS: return "This version of portlight does not list packets.";
    case WARNING_COUNT: break;
    }
    return "";
}
