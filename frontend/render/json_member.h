/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A part of json.h: the members of its objects.  Keys and words are not copied, they live
 * as long as the program.  Pure but for malloc.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_MEMBER_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_MEMBER_H

#include <cjson/cJSON.h>

#include "common/net/addr.h"

/* A copy of the text, or null without one. */
void json_add_text(cJSON *object, const char *key, const char *text);
/* The same for a text that is a constant. */
void json_add_word(cJSON *object, const char *key, const char *word);
void json_add_null(cJSON *object, const char *key);
void json_add_number(cJSON *object, const char *key, long long number);
/* Below 0 stands for unknown. */
void json_add_number_or_null(cJSON *object, const char *key, int number);
/* Milliseconds, to the microsecond. */
void json_add_ms(cJSON *object, const char *key, uint64_t ns);
/* null for ADDR_NONE. */
void json_add_address(cJSON *object, const char *key, const struct addr *addr);
/* RFC 3339, UTC, with 3 digits of a second (a millisecond) to 9. */
void json_add_time(cJSON *object, const char *key, uint64_t wall_ns, unsigned digits);
cJSON *json_add_object(cJSON *object, const char *key);
cJSON *json_add_array(cJSON *object, const char *key);

#endif
