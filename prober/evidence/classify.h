/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From what was seen to what it means, by elimination (explanations.h).  Pure; the prober.  It
 * claims no more than all explanations that the packets of this check leave agree on.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_H
#define PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_H

#include "prober/evidence/explanations.h"
#include "prober/evidence/findings.h"

/* The verdict of a probe that is over. */
void classify(const struct findings *findings, struct verdict *verdict);

/* Would SYNs and echoes with small TTLs tell apart explanations that disagree? */
bool classify_wants_hops(const struct findings *findings);

/* Would another port's reset make this verdict surer? */
bool classify_wants_company(const struct findings *findings);

#endif
