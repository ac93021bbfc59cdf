/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The places of fleet.places: who they are, a link to each, and what they have answered so far.
 * An edge; the daemon.  Without any, there is no link and no cost.
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
    bool is_up, is_suspect;               /* these, as of the last places_look */
    uint64_t round_trip_ns;               /* FIELD_NO_TIME: not known */
    uint32_t beacons_wrong;               /* since portlight-fleet started */
    uint64_t answers[PLACE_STATUS_COUNT]; /* by what became of the question */
};

struct places {
    uint32_t count, asked_max;
    uint32_t engines;     /* bit n: the n-th of fleet.engines is up, as of the last places_look */
    uint64_t differences; /* ports about which places did not agree */
    struct place_entry all[PLACES_MAX];
};

/* Links to all of them; `here` is the local prober's, which stays the caller's.  NULL without
 * memory. */
struct places *places_new(struct loop *loop, const struct config *config, struct prober_link *here);
void places_free(struct places *places); /* NULL is none */

/* The entries that the request asks, in its order; false with *problem for a name that is none, or
 * more than there may be.  "all" are the first fleet.max-places of the file. */
bool places_choose(struct places *places, const struct request *request,
                   struct place_entry *chosen[static PLACES_ASKED_MAX], unsigned *count,
                   struct problem *problem);

/* Notes what is known of all of them now, in their entries. */
void places_look(struct places *places);

/* All of them as they are now; how many. */
unsigned places_list(const struct places *places, struct api_place out[static PLACES_MAX]);

/* What is known of it now. */
enum place_state places_state(const struct place_entry *entry);

#endif
