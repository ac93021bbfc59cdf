/* SPDX-License-Identifier: BSD-2-Clause */
/* Part of json.h: does a program answer, and what is wrong.  Pure but for malloc. */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_SERVICE_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_SERVICE_H

#include "frontend/model/inspected.h"
#include "frontend/render/json_member.h"

/* "problems": what an inspection found, with the headline first. */
void json_add_problems(struct json *json, const struct inspection_subject *subject);

/* An object with this key: does a program answer? */
void json_add_service(struct json *json, const char *key, const struct inspection_subject *subject);

/* RFC 3339 without decimals; null for a year that has not four digits, as a certificate may
 * have. */
void json_add_instant(struct json *json, const char *key, int64_t seconds);

/* "checked": when the inspector looked; null if it did not, because the port is not open. */
void json_add_checked(struct json *json, const struct inspection *inspection);

#endif
