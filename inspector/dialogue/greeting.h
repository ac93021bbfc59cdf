/* SPDX-License-Identifier: BSD-2-Clause */
/* Which protocol is it, by the first bytes that a server sends, unasked or to what request.h
 * asks?  Pure; the inspector's worker. */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_GREETING_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_GREETING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct greeting {
    const char *protocol; /* "ssh", "http", "tls" and so on; "unknown" for other bytes */
    bool unasked;         /* servers of this protocol say so before anybody asks */
};

/* The port decides between SMTP and FTP, which greet alike, and where a byte or two say little. */
struct greeting greeting_read(const void *data, size_t len, uint16_t port);

#endif
