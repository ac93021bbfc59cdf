/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client prefers, from the weighted lists of Accept, Accept-Encoding and Accept-Language
 * (RFC 9110 section 12.4.2).  An element with an invalid weight is ignored.  `header` is all lines
 * of that name joined with commas, or NULL.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_ACCEPT_H
#define PORTLIGHT_FRONTEND_HTTP_ACCEPT_H

#include <stdbool.h>

/* The index of the offer that the client prefers: by weight, then by order in the header, then by
 * order of the offers. 0 if it accepts none or states no preference.
 *
 * media: offers such as "text/plain" (section 12.5.1); the most specific range counts.
 * language: offers such as "de" (section 12.5.4); a range such as "de-AT" also matches "de"
 * (RFC 4647 section 3.4). */
unsigned accept_media(const char *header, const char *const offers[], unsigned count);
unsigned accept_language(const char *header, const char *const offers[], unsigned count);

/* May the content use this coding (section 12.5.3), and does the client prefer it at least as much
 * as plain content? */
bool accept_coding(const char *header, const char *coding);

#endif
