/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which client checked which target within the last hour: checking it again does not count
 * towards the limit on new targets.  A table of fixed size; a pair that was evicted is new
 * again.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_RECENT_TARGETS_H
#define PORTLIGHT_FRONTEND_LIMITS_RECENT_TARGETS_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct recent_targets;

/* memory: recent_targets_memory_len() bytes of the caller's that outlive it, zeroed or as one
 * before left them with the same key; NULL: memory of its own.  The result is the caller's to
 * recent_targets_free; NULL without memory. */
struct recent_targets *recent_targets_new(const uint8_t key[static SIPHASH_KEY_LEN], void *memory,
                                          uint64_t now_ns);
void recent_targets_free(struct recent_targets *recent_targets);

size_t recent_targets_memory_len(void);

/* Did the client check this target within the last hour?  IPv4 counts by address, IPv6 by /64,
 * for both. */
bool recent_targets_contains(const struct recent_targets *recent_targets,
                             const struct addr *visitor, const struct addr *target,
                             uint64_t now_ns);

/* Remembers the pair for an hour. */
void recent_targets_add(struct recent_targets *recent_targets, const struct addr *visitor,
                        const struct addr *target, uint64_t now_ns);

#endif
