/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Admits checks, or refuses them.  Pure; only prober/engine includes this.
 *
 * The prober's own policy, its free probes, the packet rate and the target's quota decide, even if
 * the peer has checked them.  An admitted check has its probes, source ports, packets and log
 * reserved, so it can't fail for lack of them later.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_ADMISSION_H
#define PORTLIGHT_PROBER_ENGINE_ADMISSION_H

#include "common/base/clock.h"
#include "prober/engine/state.h"

#define ADMISSION_BACKLOG_NS \
    (250 * NS_PER_MS) /* a longer wait for packets would make checks late */

/* Adds a check with its probes, not yet started.  NULL if it is refused: then *refused has the
 * reason.  *source_error is 0, or the errno if this machine has no source address for the target.
 */
struct check *admission_take(struct engine *engine, uint32_t peer, const struct wire_check *request,
                             struct wire_refused *refused, int *source_error, uint64_t now_ns);

#endif
