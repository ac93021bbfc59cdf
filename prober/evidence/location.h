/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the sender of an answer stands, seen from the target: at its place, before
 * it, or behind it (VERDICTS 3.3).  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_LOCATION_H
#define PORTLIGHT_PROBER_EVIDENCE_LOCATION_H

#include "prober/evidence/host_profile.h"
#include "prober/evidence/ttl_probe.h"

enum place { PLACE_UNKNOWN = 0, PLACE_SAME, PLACE_NEARER, PLACE_BEHIND };

struct location {
    enum place place;
    bool confirmed;    /* by more than the TTL with which it arrived */
    bool base_differs; /* its TTL did not start where the host's own do */
    bool nat;          /* the target's own address reported an expired TTL */
    int16_t hop;       /* of the sender, or VERDICT_UNKNOWN_HOP */
};

/* ttl_probe may be NULL.  This machine itself is hop 0. */
struct location location_of(const struct observed *observed, const struct observed_answer *answer,
                            const struct ttl_probe *ttl_probe, const struct host_profile *profile);

/* The hops worth asking with small TTLs to tell more; 0: none. */
uint32_t location_wanted_hops(const struct observed *observed, const struct observed_answer *answer,
                              const struct host_profile *profile);

#endif
