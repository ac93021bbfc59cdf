/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Remembers which client checked which target within the last hour: checking it again does not
 * count towards the limit on new targets.  A table of fixed size; an evicted pair counts as new
 * again.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_RECENT_TARGETS_H
#define PORTLIGHT_FRONTEND_LIMITS_RECENT_TARGETS_H

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct recent_targets;

/* memory: recent_targets_memory_len() bytes that outlive the table, zeroed or as a previous table
 * with the same key left them; NULL: allocates its own.  The caller frees the result with
 * recent_targets_free; NULL without memory. */
struct recent_targets *recent_targets_new(const uint8_t key[static SIPHASH_KEY_LEN], void *memory,
                                          uint64_t now_ns);
void recent_targets_free(struct recent_targets *recent_targets);

size_t recent_targets_memory_len(void);

/* Did the client check this target within the last hour?  For both of them, IPv4 counts by address
 * and IPv6 by /64. */
bool recent_targets_contains(const struct recent_targets *recent_targets, const struct addr *client,
                             const struct addr *target, uint64_t now_ns);

/* Remembers the pair for an hour. */
void recent_targets_add(struct recent_targets *recent_targets, const struct addr *client,
                        const struct addr *target, uint64_t now_ns);

#endif
