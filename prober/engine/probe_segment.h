/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The segments of a probe: what all of them have in common, and how those outside the
 * schedule are sent.  Pure; only prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PROBE_SEGMENT_H
#define PORTLIGHT_PROBER_ENGINE_PROBE_SEGMENT_H

#include "prober/engine/state.h"

/* A segment of one flow with addresses, ports, TTL, TOS, IP ID and flow label set.  Flags
 * and numbers are the caller's. */
struct segment probe_segment_make(struct engine *engine, const struct probe *probe, unsigned flow);

#endif
