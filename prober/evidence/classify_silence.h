/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdict for a port without an answer.  Pure; the prober, for classify.c alone. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_SILENCE_H
#define PORTLIGHT_PROBER_EVIDENCE_CLASSIFY_SILENCE_H

#include "prober/evidence/findings.h"

/* Fills state, reason, disposition, actor, confidence, evidence and explanations.  Silence means
 * something only if all our SYNs left, the capture lost nothing, and packet loss on the path is too
 * low to explain it; otherwise the state is unknown. */
void classify_silence(const struct findings *findings, struct verdict *verdict);

#endif
