/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which visitor asked about which target within the last hour: asking again is free of
 * the limit on different targets.  A table of fixed size; what falls out of it is new
 * again.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_RECENT_TARGETS_H
#define PORTLIGHT_FRONTEND_LIMITS_RECENT_TARGETS_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct recent_targets;

/* The result is the caller's to recent_targets_free; NULL without memory. */
struct recent_targets *recent_targets_new(const uint8_t key[static SIPHASH_KEY_LEN]);
void recent_targets_free(struct recent_targets *recent_targets);

/* Did the visitor (IPv4 address, IPv6 /64) ask about this target (the same) lately? */
bool recent_targets_contains(const struct recent_targets *recent_targets,
                             const struct addr *visitor, const struct addr *target,
                             uint64_t now_ns);

/* He does now, and for an hour. */
void recent_targets_add(struct recent_targets *recent_targets, const struct addr *visitor,
                        const struct addr *target, uint64_t now_ns);

#endif
