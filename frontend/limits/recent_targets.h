/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which visitor asked about which target within the last hour: asking again is free of
 * the limit on different targets.  A table of fixed size; what falls out of it is new
 * again.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_RECENT_TARGETS_H
#define PORTLIGHT_FRONTEND_LIMITS_RECENT_TARGETS_H

#include "common/net/addr.h"
#include "common/base/siphash.h"

struct familiar;

/* The result is the caller's to familiar_free; NULL without memory. */
struct familiar *familiar_new(const uint8_t key[static SIPHASH_KEY_LEN]);
void familiar_free(struct familiar *familiar);

/* Did the visitor (IPv4 address, IPv6 /64) ask about this target (the same) lately? */
bool familiar_knows(const struct familiar *familiar, const struct addr *visitor,
                    const struct addr *target, uint64_t now_ns);

/* He does now, and for an hour. */
void familiar_note(struct familiar *familiar, const struct addr *visitor, const struct addr *target,
                   uint64_t now_ns);

#endif
