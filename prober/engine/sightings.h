/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the checks of the last seconds saw of each target and router.  Hosts and routers rate-limit
 * their RSTs and ICMP errors, so the answers to one check may leave only silence for the next.
 * Pure; only prober/engine includes this.  A table of fixed size that forgets; verdicts are less
 * cautious when a sighting is lost.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_SIGHTINGS_H
#define PORTLIGHT_PROBER_ENGINE_SIGHTINGS_H

#include "common/base/siphash.h"
#include "prober/engine/state.h"
#include "prober/evidence/findings.h"

struct sightings;

/* NULL if out of memory. */
struct sightings *sightings_new(const uint8_t key[static SIPHASH_KEY_LEN]);
void sightings_free(struct sightings *sightings);

/* Records the first answer of a probe. */
void sightings_note_answer(struct sightings *sightings, const struct probe *probe, uint64_t now_ns);

/* Records an ICMP error from this router at this hop towards dst. */
void sightings_note_hop(struct sightings *sightings, const struct addr *dst, uint8_t hop,
                        const struct addr *router, uint64_t now_ns);

/* The router at this hop towards dst, if it has recently sent so many errors that its silence may
 * be a rate limit; or NULL. */
const struct addr *sightings_busy_hop(const struct sightings *sightings, const struct addr *dst,
                                      uint8_t hop, uint64_t now_ns);

/* Fills limit_reached and was_open. */
void sightings_gather(const struct sightings *sightings, const struct probe *probe,
                      struct findings *findings);

#endif
