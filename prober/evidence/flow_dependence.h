/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out whether flows got different answers, and what distinguishes them.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_FLOW_DEPENDENCE_H
#define PORTLIGHT_PROBER_EVIDENCE_FLOW_DEPENDENCE_H

#include "prober/evidence/findings.h"

/* May the answer hold only for some flows?  Yes if others were answered differently (then it adds
 * evidence), if a flow stayed silent, or if only SYNs with our DSCP were answered, which no client
 * sends. */
bool flow_dependence_note(const struct findings *f, const struct observed_answer *best,
                          struct verdict *verdict);

#endif
