/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_places.h"

#include <stdio.h>
#include <stdlib.h>

#include "frontend/model/comparison.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_port.h"
#include "frontend/render/places_text.h"

/* Adds the place's description from the configuration. */
static void add_description(struct json *json, const struct place *place)
{
    json_add_text(json, "place", place->name);
    json_add_text(json, "title", place->title);
    json_add_text(json, "country", place->country[0] != '\0' ? place->country : NULL);
    if (place->asn > 0)
        json_add_number(json, "asn", place->asn);
    else
        json_add_null(json, "asn");
}

void json_add_place(struct json *json, const struct place_answer *answer)
{
    add_description(json, &answer->place);
    json_add_text(json, "status", place_status_name(answer->status));
    json_add_text(json, "code", answer->code);
    json_add_bool(json, "suspect", answer->is_suspect);
    json_add_ms(json, "duration_ms", answer->duration_ns);
    json_add_targets(json, answer->targets, answer->target_count);
}

static void add_groups(struct json *json, const struct result *result, const struct comparison *c)
{
    json_open_array(json, "groups");
    for (unsigned i = 0; i < c->group_count; i++) {
        json_open_object(json, NULL);
        json_add_text(json, "state", verdict_state_name(c->groups[i].state));
        json_open_array(json, "places");
        for (unsigned p = 0; p < result->place_count; p++)
            if ((c->groups[i].places >> p & 1) != 0)
                json_add_text(json, NULL, result->places[p].place.name);
        json_close_array(json);
        json_close_object(json);
    }
    json_close_array(json);
}

static void add_comparison(struct json *json, const struct result *result,
                           const struct comparison *c)
{
    char *summary = places_text_summary(ENGLISH, result, c);

    json_add_target(json, &c->addr);
    json_add_number(json, "port", c->port);
    json_add_number(json, "asked", c->asked);
    json_add_number(json, "answered", c->answered);
    json_add_number(json, "agree", c->group_count > 0 ? c->groups[0].count : 0);
    json_add_text(json, "state",
                  c->group_count == 1 ? verdict_state_name(c->groups[0].state) : NULL);
    add_groups(json, result, c);
    json_add_text(json, "because", because_name(c->because));
    json_add_text(json, "confidence",
                  c->because != BECAUSE_NONE ? verdict_confidence_name(c->confidence) : NULL);
    json_add_text(json, "summary", summary);
    free(summary);
}

void json_add_comparison(struct json *json, const struct result *result)
{
    struct comparison list[COMPARISONS_MAX];
    unsigned count = comparison_make(result, list);

    json_open_array(json, "comparison");
    for (unsigned i = 0; i < count; i++) {
        json_open_object(json, NULL);
        add_comparison(json, result, &list[i]);
        json_close_object(json);
    }
    json_close_array(json);
}

void json_add_places(struct json *json, const struct result *result)
{
    json_open_array(json, "places");
    for (unsigned i = 0; i < result->place_count; i++) {
        json_open_object(json, NULL);
        json_add_place(json, &result->places[i]);
        json_close_object(json);
    }
    json_close_array(json);
    json_add_comparison(json, result);
}

static void add_version(struct json *json, uint32_t version)
{
    char text[sizeof("255.255.255")];

    snprintf(text, sizeof(text), "%u.%u.%u", version >> 16 & 0xff, version >> 8 & 0xff,
             version & 0xff);
    json_add_text(json, "version", version > 0 ? text : NULL);
}

void json_add_place_list(struct json *json, const struct api_place *places, unsigned count)
{
    static const char *const states[PLACE_STATE_COUNT] = {"down", "up", "other-version", "suspect"};

    json_open_array(json, "places");
    for (unsigned i = 0; i < count; i++) {
        const struct api_place *place = &places[i];
        bool is_there = place->state == PLACE_UP || place->state == PLACE_SUSPECT;
        json_open_object(json, NULL);
        add_description(json, place->place);
        json_add_text(json, "status", states[place->state]);
        add_version(json, place->said != NULL && is_there ? place->said->version : 0);
        if (place->said != NULL && is_there && place->said->round_trip_ns != FIELD_NO_TIME)
            json_add_ms(json, "round_trip_ms", place->said->round_trip_ns);
        else
            json_add_null(json, "round_trip_ms");
        json_close_object(json);
    }
    json_close_array(json);
}
