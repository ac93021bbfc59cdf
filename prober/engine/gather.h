/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gathers all that a check knows about one of its ports, for classify().  Pure; only
 * prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_GATHER_H
#define PORTLIGHT_PROBER_ENGINE_GATHER_H

#include "prober/engine/state.h"
#include "prober/evidence/classify.h"

/* Fills *findings and the *profile it points to.  It also points into the probe and its
 * check, which must exist. */
void gather_findings(const struct probe *probe, struct findings *findings,
                     struct host_profile *profile);

#endif
