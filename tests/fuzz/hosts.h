/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host strings that parsers may read differently: the vectors of tests/data, grammars
 * of addresses and names, and mutations of all of them.  The same seed gives the same
 * strings.
 */
#ifndef PORTLIGHT_HOSTS_H
#define PORTLIGHT_HOSTS_H

#include <stddef.h>
#include <stdint.h>

enum { HOSTS_TEXT_LEN = 1200 /* more than HOSTNAME_INPUT_MAX_LEN */ };

/* Reads the vectors and begins anew. */
void hosts_begin(uint64_t seed);

/* Writes the next one; no NUL but the one behind it. */
void hosts_next(char text[static HOSTS_TEXT_LEN]);

#endif
