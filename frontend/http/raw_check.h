/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks a request's header as it came over the wire, before libevent parses it.  Finds what
 * libevent repairs or cuts off and what a proxy might read differently (RFC 9112 sections 2.2 and
 * 5.2).  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_RAW_CHECK_H
#define PORTLIGHT_FRONTEND_HTTP_RAW_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The state of one request; zero it before the request's first byte. */
struct raw_check {
    bool bad;   /* a NUL, a line that ends with only LF or CR, a folded line, or a request line that
                   is not three words separated by single spaces */
    bool ended; /* the empty line was read: what follows is the body */
    bool after_cr;
    uint8_t line_len; /* bytes of this line so far, 2 at most */
    bool later_line;  /* not the request line */
    uint8_t word;     /* of the request line: method, target, version */
    uint8_t word_len; /* bytes of it so far, 9 at most */
};

/* Reads the next bytes of the connection, in chunks of any size. */
void raw_check_feed(struct raw_check *check, const uint8_t *data, size_t len);

#endif
