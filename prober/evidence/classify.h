/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reaches a verdict by elimination (explanations.h).  Pure; the prober.  A verdict claims only what
 * the remaining explanations agree on.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_H
#define PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_H

#include "prober/evidence/explanations.h"
#include "prober/evidence/findings.h"

/* Fills *verdict for a port that has been answered, or has run out of time. */
void classify(const struct findings *findings, struct verdict *verdict);

/* Could SYNs and echo requests with small TTLs change the verdict? */
bool classify_wants_hops(const struct findings *findings);

/* Could another port's RST make this verdict surer? */
bool classify_wants_other_ports(const struct findings *findings);

#endif
