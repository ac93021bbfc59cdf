/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The places of fleet.places: their description, a link to each, and counts of their answers.  An
 * edge; the daemon.  Without places there are no links and no cost.
 */
#ifndef PORTLIGHT_FRONTEND_CHECK_PLACES_H
#define PORTLIGHT_FRONTEND_CHECK_PLACES_H

#include "common/config/config.h"
#include "frontend/link/prober_link.h"
#include "frontend/model/place_now.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

struct place_entry {
    struct place place;
    struct prober_link *link;
    bool is_here; /* its link is the local prober's */
    char path[PLACE_PATH_LEN];
    bool is_up, is_suspect;               /* as of the last places_refresh */
    uint64_t round_trip_ns;               /* FIELD_NO_TIME: not known */
    uint32_t beacons_wrong;               /* since portlight-fleet started */
    uint64_t answers[PLACE_STATUS_COUNT]; /* by status */
};

struct places {
    uint32_t count, asked_max;
    uint32_t engines; /* bit n: engine n of fleet.engines is up, as of the last places_refresh */
    uint64_t differences; /* ports about which places disagreed */
    struct place_entry all[PLACES_MAX];
};

/* Opens a link to each place.  `here` is the link to the local prober, and stays the caller's.
 * NULL without memory. */
struct places *places_new(struct loop *loop, const struct config *config, struct prober_link *here);
void places_free(struct places *places); /* NULL is allowed */

/* Finds the places that the request names, in its order; "all" means the first fleet.max-places of
 * the configuration.  Returns false with *problem for an unknown name or too many places. */
bool places_choose(struct places *places, const struct request *request,
                   struct place_entry *chosen[static PLACES_ASKED_MAX], unsigned *count,
                   struct problem *problem);

/* Updates the state of every entry. */
void places_refresh(struct places *places);

/* Writes the current state of all places to out and returns how many there are. */
unsigned places_list(const struct places *places, struct api_place out[static PLACES_MAX]);

/* The current state of one place. */
enum place_state places_state(const struct place_entry *entry);

#endif
