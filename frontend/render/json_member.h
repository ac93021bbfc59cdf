/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Part of json.h: writes JSON sequentially, without a tree.  The order of the calls is the order
 * of the text, and the caller closes what it opens.  Pure but for malloc.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_JSON_MEMBER_H
#define PORTLIGHT_FRONTEND_RENDER_JSON_MEMBER_H

#include "common/net/addr.h"
#include "frontend/model/strbuf.h"

/* Starts as {0}.  Failure is sticky, as in strbuf. */
struct json {
    struct strbuf text;
    bool follows; /* the next member needs a comma before it */
};

/* The functions below add a member to the open object; with a NULL key they add an item to the open
 * array, or the whole text. */
void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);

/* Valid UTF-8; NULL becomes null. */
void json_add_text(struct json *json, const char *key, const char *text);
/* The same for our own words, which need no escaping. */
void json_add_word(struct json *json, const char *key, const char *word);
void json_add_null(struct json *json, const char *key);
void json_add_bool(struct json *json, const char *key, bool value);
void json_add_number(struct json *json, const char *key, long long number);
/* A negative number means unknown and becomes null. */
void json_add_number_or_null(struct json *json, const char *key, int number);
/* Milliseconds, to the microsecond. */
void json_add_ms(struct json *json, const char *key, uint64_t ns);
/* null for ADDR_NONE. */
void json_add_address(struct json *json, const char *key, const struct addr *addr);
/* RFC 3339, in UTC, with 3 (milliseconds) to 9 decimals. */
void json_add_time(struct json *json, const char *key, uint64_t wall_ns, unsigned digits);

/* Closes the outermost object and returns the text, which the caller frees; NULL without memory. */
char *json_take(struct json *json);

#endif
