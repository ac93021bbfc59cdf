/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guesses who reads the answer to a request that libevent can't parse, from as much of its header
 * as arrived.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_RAW_PREFERENCE_H
#define PORTLIGHT_FRONTEND_HTTP_RAW_PREFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RAW_PREFERENCE_LINE_LEN = 192, RAW_PREFERENCE_START_LEN = 48, RAW_PREFERENCE_TAGS_LEN = 64 };

/* The state of one request; zero it before the request's first byte. */
struct raw_preference {
    char line[RAW_PREFERENCE_LINE_LEN]; /* the start of the current line */
    uint8_t line_len;
    bool later_line;                      /* not the request line */
    bool ended;                           /* the empty line was read */
    bool wants_html;                      /* Accept names text/html */
    char start[RAW_PREFERENCE_START_LEN]; /* the start of the request line */
    char tags[RAW_PREFERENCE_TAGS_LEN];   /* Accept-Language, or as much of it as fits */
};

/* Reads the next bytes of the connection, in chunks of any size. */
void raw_preference_feed(struct raw_preference *asked, const uint8_t *data, size_t len);

/* Is this likely a browser loading a page?  It is a GET outside of /api/, and accepts HTML or ends
 * within its request line. */
bool raw_preference_is_page(const struct raw_preference *asked);

/* The start of the path with its query, such as "/de?host="; "/" if it isn't known. */
const char *raw_preference_path(const struct raw_preference *asked);

#endif
