/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From what was seen to what it means: the evidence table (VERDICTS 3.4).  Pure;
 * the prober.  It claims no more than the packets of this check show.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_H
#define PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_H

#include "common/contract/verdict.h"
#include "prober/evidence/findings.h"

/* The verdict of a probe that is over. */
void classify(const struct findings *findings, struct verdict *verdict);

/* Would the other ports' answers make this verdict surer? */
bool classify_wants_contrast(const struct findings *findings);

#endif
