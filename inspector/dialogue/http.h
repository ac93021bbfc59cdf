/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the head of an HTTP/1 response (RFC 9112 sections 4 and 5).  Pure; the inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_HTTP_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_HEAD_MAX_LEN = 8192, HTTP_HOST_LEN = 254 };

/* Does it begin like a response whose head is not complete yet? */
bool http_wants_more(const void *data, size_t len);

/* The status code in the status line, or 0. */
uint16_t http_status(const void *data, size_t len);

/* The host in an absolute Location, in lower case; empty if there is none or it has characters that
 * a host can't have. */
void http_location_host(const void *data, size_t len, char out[static HTTP_HOST_LEN]);

/* Does the Server field name Cloudflare? */
bool http_is_cloudflare(const void *data, size_t len);

#endif
