/* SPDX-License-Identifier: BSD-2-Clause */
/* Recognises a protocol by a server's first bytes, sent as a greeting or as the answer to
 * request.h's request.  Pure; the inspector's worker. */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_GREETING_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_GREETING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct greeting {
    const char *protocol; /* "ssh", "http", "tls" and so on; "unknown" for other bytes */
    bool unasked;         /* in this protocol the server speaks first */
};

/* The port decides where bytes don't: SMTP and FTP greet alike, and some answers are one or two
 * bytes.  `protocol` is a string literal. */
struct greeting greeting_read(const void *data, size_t len, uint16_t port);

#endif
