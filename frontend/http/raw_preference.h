/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who reads the answer to a request that libevent can't parse: from the bytes of its header,
 * however much of it came.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_RAW_PREFERENCE_H
#define PORTLIGHT_FRONTEND_HTTP_RAW_PREFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RAW_PREFERENCE_LINE_LEN = 192, RAW_PREFERENCE_START_LEN = 48, RAW_PREFERENCE_TAGS_LEN = 64 };

/* Of one request; zero it before the request's first byte. */
struct raw_preference {
    char line[RAW_PREFERENCE_LINE_LEN]; /* the beginning of the one that is being read */
    uint8_t line_len;
    bool later_line;                      /* not the request line */
    bool ended;                           /* the empty line came */
    bool wants_html;                      /* Accept has text/html */
    char start[RAW_PREFERENCE_START_LEN]; /* the beginning of the request line */
    char tags[RAW_PREFERENCE_TAGS_LEN];   /* Accept-Language, or as much of it as fits */
};

/* Reads the next bytes of the connection, in pieces of any size. */
void raw_preference_feed(struct raw_preference *asked, const uint8_t *data, size_t len);

/* Is it likely a browser's page load?  It gets a path outside of /api/, and asks for HTML or has
 * not come further than its request line. */
bool raw_preference_is_page(const struct raw_preference *asked);

/* What the path begins with, "/de?host="; "/" if it isn't known. */
const char *raw_preference_path(const struct raw_preference *asked);

#endif
