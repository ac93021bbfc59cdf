/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How clients share a target's quota (limits.target-quota), so that none can use it up for all.
 * Pure; portlightd, which knows the client, and the prober, which limits the sum.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_TARGET_QUOTA_H
#define PORTLIGHT_COMMON_CONTRACT_TARGET_QUOTA_H

#include <stdint.h>

/* The part of one client and its networks: a third, but at least one full request.  The target
 * itself has the same amount on top, to check its own address.  0: no limit. */
uint32_t target_quota_part(uint32_t quota);

/* The prober's limit for a target: the quota plus the target's own part. */
uint32_t target_quota_sum(uint32_t quota);

#endif
