/* SPDX-License-Identifier: BSD-2-Clause */
/* A part of json.h: does a program answer, and what is wrong.  Pure but for malloc. */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_SERVICE_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_SERVICE_H

#include "frontend/model/inspected.h"
#include "frontend/render/json_member.h"

/* "problems": what an inspection found, the headline first. */
void json_add_problems(struct json *json, const struct inspection_subject *subject);

/* Does a program answer?  The object of this key. */
void json_add_service(struct json *json, const char *key, const struct inspection_subject *subject);

/* RFC 3339 without a fraction; certificates may have times that have no four digits of a year:
 * null. */
void json_add_instant(struct json *json, const char *key, int64_t seconds);

/* "checked": when the inspector looked; null where it did not, as the port is not open. */
void json_add_checked(struct json *json, const struct inspection *inspection);

#endif
