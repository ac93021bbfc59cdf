/* SPDX-License-Identifier: BSD-2-Clause */
/* Which protocol is it, by the first bytes that a server sends?  Pure; the inspector's worker. */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_GREETING_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_GREETING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "ssh", "http", "tls" and so on; "unknown" for other bytes.  The port decides between SMTP and
 * FTP, which greet alike. */
const char *greeting_protocol(const void *data, size_t len, uint16_t port);

/* The status of an HTTP answer's first line (RFC 9112 section 4), or 0. */
uint16_t greeting_http_status(const void *data, size_t len);

/* Does a server on this port speak first? */
bool greeting_server_first(uint16_t port);

#endif
