/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A part of json_reader.h: the members of a stranger's objects.  A reader clears *ok when its
 * member is missing or not what it should be.  Pure; the command line.
 */
#ifndef PORTLIGHT_FRONTEND_REMOTE_JSON_READER_MEMBER_H
#define PORTLIGHT_FRONTEND_REMOTE_JSON_READER_MEMBER_H

#include <cjson/cJSON.h>

#include "frontend/model/network.h"

/* NULL if there is none. */
const cJSON *json_member(const cJSON *object, const char *key);

/* A whole number from 0 to max, or none (if that is below 0) for null. */
int16_t json_read_number(const cJSON *object, const char *key, int max, int16_t none, bool *ok);

/* Nanoseconds of a member in milliseconds; VERDICT_NO_RTT for null. */
uint64_t json_read_ms(const cJSON *object, const char *key, bool *ok);

/* ADDR_NONE for null; "private" becomes an unspecified one. */
struct addr json_read_address(const cJSON *object, const char *key, bool *ok);

/* "2026-01-02T03:04:05.120Z", up to nine digits behind the point, in nanoseconds since 1970. */
uint64_t json_read_time(const cJSON *object, const char *key, bool *ok);

/* Printable ASCII, the rest as question marks; cut where it does not fit; "" for what is no
 * text. */
void json_copy_text(const cJSON *item, char *to, size_t to_len);

/* "2026-11-20" in seconds since 1970; 0 for anything else. */
uint64_t json_read_date(const cJSON *object, const char *key);

/* "network": what is not there, or can't be so, stays unknown: an older server has none of it. */
void json_read_network(const cJSON *object, struct network *network);

#endif
