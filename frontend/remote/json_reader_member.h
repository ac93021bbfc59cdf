/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Part of json_reader.h: reads the members of untrusted objects.  A reader clears *ok if its
 * member is missing or invalid.  Pure; the command line.
 */
#ifndef PORTLIGHT_FRONTEND_REMOTE_JSON_READER_MEMBER_H
#define PORTLIGHT_FRONTEND_REMOTE_JSON_READER_MEMBER_H

#include <cjson/cJSON.h>

#include "frontend/model/network.h"

/* NULL if there is none. */
const cJSON *json_member(const cJSON *object, const char *key);

/* A whole number from 0 to max; null gives `none`, if that is below 0. */
int16_t json_read_number(const cJSON *object, const char *key, int max, int16_t none, bool *ok);

/* A member in milliseconds, converted to nanoseconds; VERDICT_NO_RTT for null. */
uint64_t json_read_ms(const cJSON *object, const char *key, bool *ok);

/* An address; ADDR_NONE for null, an unspecified address for "private". */
struct addr json_read_address(const cJSON *object, const char *key, bool *ok);

/* "2026-01-02T03:04:05.120Z", with up to nine decimals, in nanoseconds since 1970. */
uint64_t json_read_time(const cJSON *object, const char *key, bool *ok);

/* Copies a text as printable ASCII, with question marks for the rest, cut to fit; "" if the item is
 * no text. */
void json_copy_text(const cJSON *item, char *to, size_t to_len);

/* "2026-11-20" in seconds since 1970; 0 for anything else. */
uint64_t json_read_date(const cJSON *object, const char *key);

/* Reads "network".  Missing or invalid members stay unknown: an older server does not send them. */
void json_read_network(const cJSON *object, struct network *network);

#endif
