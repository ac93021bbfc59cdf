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

/*
 * True if the lines are valid.  RFC 9112: names are tokens (section 5.1), values without control
 * bytes, one Host in HTTP/1.1 (section 3.2), Content-Length once and in digits only, and no
 * Transfer-Encoding (section 6): our bodies are small and have a length.
 */
bool header_check(const struct header_line *lines, unsigned count, bool http_1_1);

#endif
