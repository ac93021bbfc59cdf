/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the packets of a check to the observations that the table of explanations knows.  Pure;
 * the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVATIONS_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVATIONS_H

#include "prober/evidence/explanations.h"
#include "prober/evidence/findings.h"

/* Of the answer that decides; without one only OBS_REPLY is filled. */
void observations_make(const struct findings *findings, value_set seen[static OBS_COUNT]);

/* Does another port of the check show that the target lives?  That it can't be reached is no
 * sign of life, not even in its own name: a dead host behind NAT gives that. */
bool observations_show_life(const struct findings *findings);

/* Does the reset's DSCP follow ours on this port?  One of OBS_DSCP's values; DSCP_FOLLOWS
 * is shown by two resets that differ as their SYNs did, or by one that bears our mark. */
value_set observations_dscp(const struct observed *observed);

#endif
