/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/seen.h"

#include "common/base/compiler.h"

static bool is_news(const struct verdict *before, const struct verdict *now)
{
    return before->state != now->state || before->reason != now->reason ||
           before->disposition != now->disposition || before->actor != now->actor;
}

bool seen_take(struct seen *changes, const struct addr *addr, const struct verdict *verdict)
{
    unsigned i = 0;
    bool news;

    while (i < changes->count && (changes->printed[i].addr.family != addr->family ||
                                  changes->printed[i].verdict.port != verdict->port))
        i++;
    if (i == ARRAY_LEN(changes->printed))
        return true; /* can't happen: one check has fewer */
    news = i == changes->count || !addr_equal(&changes->printed[i].addr, addr) ||
           is_news(&changes->printed[i].verdict, verdict);
    if (i == changes->count)
        changes->count++;
    changes->printed[i].addr = *addr;
    changes->printed[i].verdict = *verdict;
    return news;
}
