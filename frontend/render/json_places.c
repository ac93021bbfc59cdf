/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_places.h"

#include <stdio.h>
#include <stdlib.h>

#include "frontend/model/comparison.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_port.h"
#include "frontend/render/places_text.h"

/* What the asker's file says of it. */
static void add_description(cJSON *object, const struct place *place)
{
    json_add_text(object, "place", place->name);
    json_add_text(object, "title", place->title);
    json_add_text(object, "country", place->country[0] != '\0' ? place->country : NULL);
    if (place->asn > 0)
        json_add_number(object, "asn", place->asn);
    else
        json_add_null(object, "asn");
}

void json_add_place(cJSON *object, const struct place_answer *answer)
{
    add_description(object, &answer->place);
    json_add_word(object, "status", place_status_name(answer->status));
    json_add_word(object, "code", answer->code);
    cJSON_AddBoolToObject(object, "suspect", answer->is_suspect);
    json_add_ms(object, "duration_ms", answer->duration_ns);
    json_add_targets(object, answer->targets, answer->target_count);
}

static void add_groups(cJSON *object, const struct result *result, const struct comparison *c)
{
    cJSON *groups = json_add_array(object, "groups");

    for (unsigned i = 0; i < c->group_count; i++) {
        cJSON *group = cJSON_CreateObject();
        cJSON *places;
        cJSON_AddItemToArray(groups, group);
        json_add_word(group, "state", verdict_state_name(c->groups[i].state));
        places = json_add_array(group, "places");
        for (unsigned p = 0; p < result->place_count; p++)
            if ((c->groups[i].places >> p & 1) != 0)
                cJSON_AddItemToArray(places, cJSON_CreateString(result->places[p].place.name));
    }
}

static void add_comparison(cJSON *object, const struct result *result, const struct comparison *c)
{
    char *summary = places_text_summary(ENGLISH, result, c);

    json_add_target(object, &c->addr);
    json_add_number(object, "port", c->port);
    json_add_number(object, "asked", c->asked);
    json_add_number(object, "answered", c->answered);
    json_add_number(object, "agree", c->group_count > 0 ? c->groups[0].count : 0);
    json_add_word(object, "state",
                  c->group_count == 1 ? verdict_state_name(c->groups[0].state) : NULL);
    add_groups(object, result, c);
    json_add_word(object, "because", because_name(c->because));
    json_add_word(object, "confidence",
                  c->because != BECAUSE_NONE ? verdict_confidence_name(c->confidence) : NULL);
    json_add_text(object, "summary", summary);
    free(summary);
}

void json_add_comparison(cJSON *object, const struct result *result)
{
    struct comparison list[COMPARISONS_MAX];
    unsigned count = comparison_make(result, list);
    cJSON *comparisons = json_add_array(object, "comparison");

    for (unsigned i = 0; i < count; i++) {
        cJSON *comparison = cJSON_CreateObject();
        cJSON_AddItemToArray(comparisons, comparison);
        add_comparison(comparison, result, &list[i]);
    }
}

void json_add_places(cJSON *object, const struct result *result)
{
    cJSON *places = json_add_array(object, "places");

    for (unsigned i = 0; i < result->place_count; i++) {
        cJSON *place = cJSON_CreateObject();
        cJSON_AddItemToArray(places, place);
        json_add_place(place, &result->places[i]);
    }
    json_add_comparison(object, result);
}

static void add_version(cJSON *object, uint32_t version)
{
    char text[sizeof("255.255.255")];

    snprintf(text, sizeof(text), "%u.%u.%u", version >> 16 & 0xff, version >> 8 & 0xff,
             version & 0xff);
    json_add_text(object, "version", version > 0 ? text : NULL);
}

void json_add_place_list(cJSON *object, const struct api_place *places, unsigned count)
{
    static const char *const states[PLACE_STATE_COUNT] = {"down", "up", "other-version", "suspect"};
    cJSON *list = json_add_array(object, "places");

    for (unsigned i = 0; i < count; i++) {
        const struct api_place *place = &places[i];
        bool is_there = place->state == PLACE_UP || place->state == PLACE_SUSPECT;
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(list, item);
        add_description(item, place->place);
        json_add_word(item, "status", states[place->state]);
        add_version(item, place->said != NULL && is_there ? place->said->version : 0);
        if (place->said != NULL && is_there && place->said->round_trip_ns != FIELD_NO_TIME)
            json_add_ms(item, "round_trip_ms", place->said->round_trip_ns);
        else
            json_add_null(item, "round_trip_ms");
    }
}
