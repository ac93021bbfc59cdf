/* SPDX-License-Identifier: BSD-2-Clause */
/* Which flow to ask next though there is an answer.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVED_FLOWS_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVED_FLOWS_H

#include "prober/evidence/observed.h"

/* The attempt to send next though there is an answer already, or OBSERVED_NO_ATTEMPT: one
 * flow's word is not enough to say that a port refuses, that a router rejects, or that a flow
 * which stayed silent does so by chance. */
uint8_t observed_next_contrast(const struct observed *observed);

/* The attempt that adds one more flow, until OBSERVED_FLOWS_MANY were answered. */
uint8_t observed_next_flow(const struct observed *observed);

/* Did a repeated SYN get the answer, and the first of all none? */
bool observed_is_late(const struct observed *observed, const struct observed_answer *answer);

#endif
