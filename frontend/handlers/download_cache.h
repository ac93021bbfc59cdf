/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files for download, kept for a while under names that can't be guessed: the packets of
 * checks.  A table of fixed size and bounded memory; the oldest file of the network that has the
 * most makes room.
 * An edge (it draws random names); the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_DOWNLOAD_CACHE_H
#define PORTLIGHT_FRONTEND_HANDLERS_DOWNLOAD_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/net/addr.h"

enum { DOWNLOAD_CACHE_NAME_LEN = 33 /* 128 random bits in hexadecimal, and the end */ };

struct download_cache;

/* NULL without memory. */
struct download_cache *download_cache_new(void);
void download_cache_free(struct download_cache *downloads);

/* Takes ownership of the data and writes the name; owner is the client's network.  False, and the
 * data is freed, if it does not fit at all. */
bool download_cache_put(struct download_cache *downloads, const struct addr *owner, uint8_t *data,
                        size_t len, uint64_t now_ns, char name[static DOWNLOAD_CACHE_NAME_LEN]);

/* The file of this name, or NULL; valid until the next call. */
const uint8_t *download_cache_get(const struct download_cache *downloads, const char *name,
                                  uint64_t now_ns, size_t *len);

#endif
