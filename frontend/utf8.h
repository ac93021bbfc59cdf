/* SPDX-License-Identifier: BSD-2-Clause */
/* Strict UTF-8 (RFC 3629): shortest forms, no surrogates, nothing above
 * U+10FFFF.  Pure; the daemon and the command line. */
#ifndef PORTLIGHT_UTF8_H
#define PORTLIGHT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* NUL is a character like any other here. */
bool utf8_is_valid(const char *text, size_t len);

#endif
