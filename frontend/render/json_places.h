/* SPDX-License-Identifier: BSD-2-Clause */
/* Part of json.h: places, their answers, and how they compare.  Pure but for malloc. */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_PLACES_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_PLACES_H

#include "frontend/model/place_now.h"
#include "frontend/model/result.h"
#include "frontend/render/json_member.h"

/* The members of one place's answer. */
void json_add_place(struct json *json, const struct place_answer *answer);

/* "comparison", for a result with places. */
void json_add_comparison(struct json *json, const struct result *result);

/* "places" and "comparison". */
void json_add_places(struct json *json, const struct result *result);

/* "places", as in GET /api/v1/places. */
void json_add_place_list(struct json *json, const struct api_place *places, unsigned count);

#endif
