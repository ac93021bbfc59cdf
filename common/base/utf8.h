/* SPDX-License-Identifier: BSD-2-Clause */
/* Validates UTF-8 and finds characters that must not be shown.  Pure; every program. */
#ifndef PORTLIGHT_COMMON_BASE_UTF8_H
#define PORTLIGHT_COMMON_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the valid sequence at the start of the `left` bytes of text, or 0 if there is none
 * (RFC 3629 section 4: no overlong forms, no surrogates). */
size_t utf8_sequence_len(const char *text, size_t left);

/* Is this one valid sequence a control character, an invisible one, or one that changes the
 * direction of the text around it (UAX #9)? */
bool utf8_is_hidden(const char *sequence, size_t len);

bool utf8_is_valid(const char *text, size_t len);

#endif
