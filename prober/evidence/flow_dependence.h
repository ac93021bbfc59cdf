/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether flows were treated differently, and by what they differ.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_FLOW_DEPENDENCE_H
#define PORTLIGHT_PROBER_EVIDENCE_FLOW_DEPENDENCE_H

#include "prober/evidence/findings.h"

/* May the answer hold for some flows only?  It does if others are answered otherwise, which is
 * noted as evidence.  And it may if a flow stays silent, or if only marked SYNs were answered,
 * which no client sends. */
bool flow_dependence_note(const struct findings *f, const struct observed_answer *best,
                          struct verdict *verdict);

#endif
