/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which checks are admitted, and with what.  Pure; only prober/engine includes this.
 *
 * The prober's own policy, its room, the packet rate and the target's quota decide, whatever the
 * peer has checked.  What is admitted has its probes, source ports, packets and log from the
 * start: nothing under way fails for lack of them.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_ADMISSION_H
#define PORTLIGHT_PROBER_ENGINE_ADMISSION_H

#include "common/base/clock.h"
#include "prober/engine/state.h"

#define ADMISSION_BACKLOG_NS (250 * NS_PER_MS) /* a longer wait for packets makes checks late */

/* A new check with its probes, not yet started; *source_error is the errno that says why this
 * machine has no address towards the target, or 0.  NULL with the reason in *refused. */
struct check *admission_take(struct engine *engine, uint32_t peer, const struct wire_check *request,
                             struct wire_refused *refused, int *source_error, uint64_t now_ns);

#endif
