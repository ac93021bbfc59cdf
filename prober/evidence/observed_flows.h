/* SPDX-License-Identifier: BSD-2-Clause */
/* Which flow to try next although there is an answer.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVED_FLOWS_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVED_FLOWS_H

#include "prober/evidence/observed.h"

/* The attempt to send next although there is an answer, or OBSERVED_NO_ATTEMPT.  One flow is not
 * enough to conclude that a port refuses, that a router rejects, or that another flow is silent by
 * chance. */
uint8_t observed_next_contrast(const struct observed *observed);

/* The attempt that tries another flow, until OBSERVED_FLOWS_MANY were answered; or
 * OBSERVED_NO_ATTEMPT. */
uint8_t observed_next_flow(const struct observed *observed);

/* Was an earlier SYN sent than the one that was answered? */
bool observed_is_late(const struct observed *observed, const struct observed_answer *answer);

#endif
