/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a target's quota (limits.target-quota) is shared, so that nobody can use it up for all.
 * Pure; both processes: the frontend knows who asks, the prober keeps the sum.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_TARGET_QUOTA_H
#define PORTLIGHT_COMMON_CONTRACT_TARGET_QUOTA_H

#include <stdint.h>

/* The part of one client and his networks: a third, but a whole request at least.  The target
 * itself has as much besides, for questions about its own address. */
uint32_t target_quota_part(uint32_t quota);

/* What the prober lets a target get: the quota and the target's own part. */
uint32_t target_quota_sum(uint32_t quota);

#endif
