/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From what was seen to what it means: the evidence table of a probe.  Pure;
 * the prober.  It claims no more than the packets of this one probe show.
 */
#ifndef PORTLIGHT_CLASSIFY_H
#define PORTLIGHT_CLASSIFY_H

#include "common/verdict.h"
#include "prober/record.h"

/* The verdict of a probe that is over. */
void classify(const struct record *record, struct verdict *verdict);

/* The probable distance of a packet's sender by the TTL it arrived with: 1 for
 * the first router, 0 never.  Senders start at 32, 64, 128 or 255. */
int16_t classify_hops(uint8_t ttl);

#endif
