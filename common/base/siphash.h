/* SPDX-License-Identifier: BSD-2-Clause */
/* SipHash-1-3 (Aumasson, Bernstein): spreads keys that strangers choose over a
 * table without letting them aim at one slot.  Pure; all daemons. */
#ifndef PORTLIGHT_COMMON_BASE_SIPHASH_H
#define PORTLIGHT_COMMON_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum { SIPHASH_KEY_LEN = 16 };

/* The key is secret and random, drawn once at start. */
uint64_t siphash(const uint8_t key[static SIPHASH_KEY_LEN], const void *data, size_t len);

#endif
