/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gathers all that a check knows about one of its ports, for classify().  Pure; only
 * prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_GATHER_H
#define PORTLIGHT_PROBER_ENGINE_GATHER_H

#include "prober/engine/state.h"
#include "prober/evidence/classify.h"

/* Fills *findings, which points into the probe and its check; both must exist. */
void gather_findings(const struct engine *engine, const struct probe *probe,
                     struct findings *findings);

#endif
