/* SPDX-License-Identifier: BSD-2-Clause */
/* SipHash-1-3 (Aumasson and Bernstein): a keyed hash, so that strangers who choose table keys
 * can't make them collide.  Pure; all daemons. */
#ifndef PORTLIGHT_COMMON_BASE_SIPHASH_H
#define PORTLIGHT_COMMON_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum { SIPHASH_KEY_LEN = 16 };

/* The key must be random and secret. */
uint64_t siphash(const uint8_t key[static SIPHASH_KEY_LEN], const void *data, size_t len);

#endif
