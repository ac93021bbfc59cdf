/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict syntax of request headers, against request smuggling: what libevent accepts and a
 * proxy in front of us might frame differently is refused.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_HEADER_CHECK_H
#define PORTLIGHT_FRONTEND_HTTP_HEADER_CHECK_H

#include <stdbool.h>

struct header_line {
    const char *name, *value;
};

/* What is wrong; the first three are found by server.c. */
enum header_fault {
    HEADER_SOUND = 0,
    HEADER_BAD_BYTES,  /* raw_check.h: line ends, folded lines, the request line */
    HEADER_TOO_MANY,   /* lines */
    HEADER_BAD_TARGET, /* neither a path nor one of ours */
    HEADER_BAD_NAME,   /* no token (RFC 9110 section 5.1) */
    HEADER_BAD_VALUE,  /* control bytes */
    HEADER_CHUNKED,    /* an honest chunked body: ours are small and have a length */
    HEADER_BAD_CODING, /* any other Transfer-Encoding */
    HEADER_BAD_LENGTH, /* Content-Length twice, not in digits, or not the body's */
    HEADER_BAD_HOST,   /* not one Host in HTTP/1.1 (RFC 9112 section 3.2) */
};

/* What is wrong with the lines (RFC 9112), of several things one. */
enum header_fault header_check(const struct header_line *lines, unsigned count, bool http_1_1);

#endif
