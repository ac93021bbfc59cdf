/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/target_quota.h"

#include "common/contract/policy.h"

enum { PARTS = 3 };

uint32_t target_quota_part(uint32_t quota)
{
    uint32_t part = quota / PARTS + (quota % PARTS > 0);

    if (quota == 0) /* no limit */
        return 0;
    return part > POLICY_PORTS_MAX ? part : POLICY_PORTS_MAX;
}

uint32_t target_quota_sum(uint32_t quota)
{
    return quota + target_quota_part(quota);
}
