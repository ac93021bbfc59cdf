/* SPDX-License-Identifier: BSD-2-Clause */
/* Is this UTF-8, and may it be shown?  Pure; whoever reads strangers' texts. */
#ifndef PORTLIGHT_COMMON_BASE_UTF8_H
#define PORTLIGHT_COMMON_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the sequence at the start of text (RFC 3629 section 4: no
 * overlong forms, no surrogates), or 0 when there is none. */
size_t utf8_sequence_len(const char *text, size_t left);

/* Is the character of these bytes, one sequence, a control, or one that is not seen itself and
 * changes what is: the direction of its neighbours (UAX #9), or nothing? */
bool utf8_is_hidden(const char *sequence, size_t len);

bool utf8_is_valid(const char *text, size_t len);

#endif
