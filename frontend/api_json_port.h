/* SPDX-License-Identifier: BSD-2-Clause */
/* A part of api_json.h: the object of one port.  Pure but for malloc. */
#ifndef PORTLIGHT_API_JSON_PORT_H
#define PORTLIGHT_API_JSON_PORT_H

#include <cjson/cJSON.h>

#include "frontend/result.h"

/* Adds the verdict of the target's port at this index, and what came with it. */
void api_json_add_port(cJSON *object, const struct result_target *target, unsigned index);

/* A member that is null without a text, or for ADDR_NONE. */
void api_json_add_text(cJSON *object, const char *key, const char *text);
void api_json_add_address(cJSON *object, const char *key, const struct addr *addr);

/* RFC 3339, UTC, with 3 digits of a second (a millisecond) to 9. */
void api_json_add_time(cJSON *object, const char *key, uint64_t wall_ns, unsigned digits);

/* Milliseconds to the microsecond. */
double api_json_ms(uint64_t ns);

#endif
