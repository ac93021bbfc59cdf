/* SPDX-License-Identifier: BSD-2-Clause */
/* What it means that nothing came.  Pure; the prober: a part of classify.h. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_SILENCE_H
#define PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_SILENCE_H

#include "prober/evidence/findings.h"

/* Fills state, reason, disposition, actor, confidence and evidence of a port without
 * an answer.  Silence is a verdict only if all our SYNs went out, nothing was lost
 * here, and the path does not lose so much that chance explains it. */
void classify_silence(const struct findings *findings, struct verdict *verdict);

#endif
