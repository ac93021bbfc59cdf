/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reduces the packets of a check to the observations of the table of explanations.  Pure; the
 * prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_OBSERVATIONS_H
#define PORTLIGHT_PROBER_EVIDENCE_OBSERVATIONS_H

#include "prober/evidence/explanations.h"
#include "prober/evidence/findings.h"

/* The observations for the deciding answer.  Without an answer only OBS_REPLY is made. */
void observations_make(const struct findings *findings, value_set seen[static OBS_COUNT]);

/* Does another port of the check show that the target is up?  "Unreachable" doesn't, not even from
 * its own address: a NAT sends it for a dead host. */
bool observations_show_life(const struct findings *findings);

/* Does the DSCP of this port's RSTs follow ours?  Returns one of OBS_DSCP's values.  DSCP_FOLLOWS
 * needs two RSTs that differ as their SYNs did, or one with our DSCP. */
value_set observations_dscp(const struct observed *observed);

#endif
