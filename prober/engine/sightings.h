/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the checks of the last seconds saw of each target, so that one check knows what the
 * others use up: hosts and routers limit their resets and ICMP errors, and whoever comes too
 * late meets silence.  Pure; only prober/engine includes this.  A table of fixed size that
 * forgets: a sighting that is gone makes a verdict no surer, only less modest.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_SIGHTINGS_H
#define PORTLIGHT_PROBER_ENGINE_SIGHTINGS_H

#include "common/base/siphash.h"
#include "prober/engine/state.h"
#include "prober/evidence/findings.h"

struct sightings;

/* NULL without memory. */
struct sightings *sightings_new(const uint8_t key[static SIPHASH_KEY_LEN]);
void sightings_free(struct sightings *sightings);

/* The probe got its first answer. */
void sightings_note_answer(struct sightings *sightings, const struct probe *probe, uint64_t now_ns);

/* A TIME EXCEEDED from this router, for a SYN to dst that was sent with this TTL. */
void sightings_note_hop(struct sightings *sightings, const struct addr *dst, uint8_t hop,
                        const struct addr *router, uint64_t now_ns);

/* The router that stands at this hop towards dst, if so many errors came from it lately that
 * its silence may be a limit; or NULL. */
const struct addr *sightings_busy_hop(const struct sightings *sightings, const struct addr *dst,
                                      uint8_t hop, uint64_t now_ns);

/* Fills limit_reached and was_open. */
void sightings_gather(const struct sightings *sightings, const struct probe *probe,
                      struct findings *findings);

#endif
