/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A part of json.h: writes JSON from left to right, without a tree: the order of the calls is the
 * order of the text, and whoever opens something closes it.  Pure but for malloc.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_MEMBER_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_MEMBER_H

#include "common/net/addr.h"
#include "frontend/model/strbuf.h"

/* Starts as {0}.  A failure sticks, as in its strbuf. */
struct json {
    struct strbuf text;
    bool follows; /* something stands before the next member: a comma is due */
};

/* All below add a member of the object that is open, or with NULL for its key an item of the
 * array, or the whole text. */
void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);

/* Valid UTF-8, or null without a text. */
void json_add_text(struct json *json, const char *key, const char *text);
/* The same of a word of ours, which has nothing to escape. */
void json_add_word(struct json *json, const char *key, const char *word);
void json_add_null(struct json *json, const char *key);
void json_add_bool(struct json *json, const char *key, bool value);
void json_add_number(struct json *json, const char *key, long long number);
/* Below 0 stands for unknown. */
void json_add_number_or_null(struct json *json, const char *key, int number);
/* Milliseconds, to the microsecond. */
void json_add_ms(struct json *json, const char *key, uint64_t ns);
/* null for ADDR_NONE. */
void json_add_address(struct json *json, const char *key, const struct addr *addr);
/* RFC 3339, UTC, with 3 digits of a second (a millisecond) to 9. */
void json_add_time(struct json *json, const char *key, uint64_t wall_ns, unsigned digits);

/* Closes the object that is the whole text and hands that over for the caller to free; NULL if
 * there was no memory. */
char *json_take(struct json *json);

#endif
