/* SPDX-License-Identifier: BSD-2-Clause */
/* Part of json.h: whose network an address is in, and the warnings.  Pure but for malloc. */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_NETWORK_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_NETWORK_H

#include "frontend/model/result.h"
#include "frontend/render/json_member.h"

/* "network": {…}, with null for each unknown member. */
void json_add_network(struct json *json, const struct network *network);

/* "warnings": sentences, and "warning_codes": a word for each. */
void json_add_warnings(struct json *json, const struct result *result);

/* "2026-11-20", or null for 0. */
void json_add_date(struct json *json, const char *key, uint64_t seconds);

#endif
