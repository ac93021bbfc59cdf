/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/check/places.h"

#include <stdlib.h>
#include <string.h>

enum { JOBS_MAX = 8192 /* per place */ };

static bool open_entry(struct place_entry *entry, struct loop *loop, const struct config *config,
                       const char *text, struct prober_link *here)
{
    if (place_read(text, &entry->place) != NULL) /* can't happen: config_items.h validated it */
        return false;
    entry->is_here = strcmp(entry->place.name, config->fleet.here) == 0;
    if (entry->is_here) {
        entry->link = here;
        return true;
    }
    if (!place_socket(config->fleet.directory, entry->place.name, entry->path))
        return false;
    entry->link = prober_link_new(loop, entry->path, JOBS_MAX);
    return entry->link != NULL;
}

struct places *places_new(struct loop *loop, const struct config *config, struct prober_link *here)
{
    const struct config_strings *texts = &config->fleet.places;
    struct places *places = calloc(1, sizeof(*places));

    if (places == NULL)
        return NULL;
    places->asked_max = config->fleet.max_places;
    for (size_t i = 0; i < texts->count; i++) {
        if (!open_entry(&places->all[i], loop, config, texts->items[i], here)) {
            places_free(places);
            return NULL;
        }
        places->count++;
    }
    return places;
}

void places_free(struct places *places)
{
    if (places == NULL)
        return;
    for (uint32_t i = 0; i < places->count; i++)
        if (!places->all[i].is_here)
            prober_link_free(places->all[i].link);
    free(places);
}

static struct place_entry *find(struct places *places, const char *name)
{
    for (uint32_t i = 0; i < places->count; i++)
        if (strcmp(places->all[i].place.name, name) == 0)
            return &places->all[i];
    return NULL;
}

bool places_choose(struct places *places, const struct request *request,
                   struct place_entry *chosen[static PLACES_ASKED_MAX], unsigned *count,
                   struct problem *problem)
{
    *count = 0;
    if (places->count == 0)
        return problem_set(problem, CAUSE_NO_PLACES, "#/from");
    if (request->from_count > places->asked_max)
        return problem_set_numbers(problem, CAUSE_TOO_MANY_PLACES, "#/from", places->asked_max, 0);
    for (uint32_t i = 0; request->from_all && i < places->count && i < places->asked_max; i++)
        chosen[(*count)++] = &places->all[i];
    for (unsigned i = 0; i < request->from_count; i++) {
        static const char *const pointers[PLACES_ASKED_MAX] = {
            "#/from/0",  "#/from/1",  "#/from/2",  "#/from/3",  "#/from/4",  "#/from/5",
            "#/from/6",  "#/from/7",  "#/from/8",  "#/from/9",  "#/from/10", "#/from/11",
            "#/from/12", "#/from/13", "#/from/14", "#/from/15",
        };
        chosen[*count] = find(places, request->from[i]);
        if (chosen[(*count)++] == NULL)
            return problem_set_quoted(problem, CAUSE_PLACE_UNKNOWN, pointers[i], request->from[i],
                                      NULL, 0);
    }
    return true;
}

enum place_state places_state(const struct place_entry *entry)
{
    if (!prober_link_is_ready(entry->link))
        return PLACE_DOWN;
    return entry->is_here ? PLACE_UP : prober_link_place(entry->link)->state;
}

void places_refresh(struct places *places)
{
    places->engines = 0;
    for (uint32_t i = 0; i < places->count; i++) {
        struct place_entry *entry = &places->all[i];
        enum place_state state = places_state(entry);
        bool is_offered = !entry->is_here && prober_link_is_ready(entry->link);
        entry->is_suspect = state == PLACE_SUSPECT;
        places->engines |= is_offered ? prober_link_place(entry->link)->engines : 0;
        if (is_offered)
            entry->beacons_wrong = prober_link_place(entry->link)->beacons_wrong;
        entry->is_up = state == PLACE_UP || entry->is_suspect;
        entry->round_trip_ns = entry->is_up && !entry->is_here
                                   ? prober_link_place(entry->link)->round_trip_ns
                                   : FIELD_NO_TIME;
    }
}

unsigned places_list(const struct places *places, struct api_place out[static PLACES_MAX])
{
    for (uint32_t i = 0; i < places->count; i++)
        out[i] = (struct api_place){
            .place = &places->all[i].place,
            .state = places_state(&places->all[i]),
            .said = places->all[i].is_here ? NULL : prober_link_place(places->all[i].link),
        };
    return places->count;
}
