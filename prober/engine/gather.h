/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collects everything known about one port of a check, for classify().  Pure; only prober/engine
 * includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_GATHER_H
#define PORTLIGHT_PROBER_ENGINE_GATHER_H

#include "prober/engine/state.h"
#include "prober/evidence/classify.h"

/* Fills *findings.  It points into the probe and its check, and is valid as long as both exist. */
void gather_findings(const struct engine *engine, const struct probe *probe,
                     struct findings *findings);

#endif
