/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict syntax of request headers, against request smuggling: rejects what libevent accepts but a
 * proxy in front of us might frame differently.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_HEADER_CHECK_H
#define PORTLIGHT_FRONTEND_HTTP_HEADER_CHECK_H

#include <stdbool.h>

struct header_line {
    const char *name, *value;
};

/* What is wrong with a request. server.c finds the first three, and HEADER_BAD_LENGTH when the body
 * has another length. */
enum header_fault {
    HEADER_SOUND = 0,
    HEADER_BAD_BYTES,  /* raw_check.h: line ends, folded lines, the request line */
    HEADER_TOO_MANY,   /* lines */
    HEADER_BAD_TARGET, /* not a path */
    HEADER_BAD_NAME,   /* no token (RFC 9110 section 5.1) */
    HEADER_BAD_VALUE,  /* control bytes */
    HEADER_CHUNKED,    /* a valid chunked body; we require Content-Length */
    HEADER_BAD_CODING, /* any other Transfer-Encoding */
    HEADER_BAD_LENGTH, /* Content-Length twice, not in digits, or not the body's */
    HEADER_BAD_HOST,   /* not exactly one Host in HTTP/1.1 (RFC 9112 section 3.2) */
};

/* What is wrong with the header lines (RFC 9112); one fault if there are several. */
enum header_fault header_check(const struct header_line *lines, unsigned count, bool http_1_1);

#endif
