/* SPDX-License-Identifier: BSD-2-Clause */
/* As much of an HTTP/1 answer's head as is looked at (RFC 9112 sections 4 and 5).  Pure; the
 * inspector's worker. */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_HTTP_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_HEAD_MAX_LEN = 8192, HTTP_HOST_LEN = 254 };

/* Does it begin as an answer, and is the end of its head still to come? */
bool http_wants_more(const void *data, size_t len);

/* The status of the first line, or 0. */
uint16_t http_status(const void *data, size_t len);

/* The host of an absolute Location, in lower case; empty: none, or none that may be shown. */
void http_location_host(const void *data, size_t len, char out[static HTTP_HOST_LEN]);

/* Does the answer say that Cloudflare made it? */
bool http_is_cloudflare(const void *data, size_t len);

#endif
