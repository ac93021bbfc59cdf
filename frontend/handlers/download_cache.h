/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files for download, such as the packets of a check, kept for a while under unguessable names.
 * The table has a fixed size and bounded memory.  When it is full, the network that holds the most
 * loses its oldest file.  An edge (it draws random names); the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_DOWNLOAD_CACHE_H
#define PORTLIGHT_FRONTEND_HANDLERS_DOWNLOAD_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/net/addr.h"

enum { DOWNLOAD_CACHE_NAME_LEN = 33 /* 128 random bits in hexadecimal and a NUL */ };

struct download_cache;

/* NULL without memory. */
struct download_cache *download_cache_new(void);
void download_cache_free(struct download_cache *downloads);

/* Takes ownership of the data and writes the file's name. owner is the client's network.  Returns
 * false and frees the data if it can't fit. */
bool download_cache_put(struct download_cache *downloads, const struct addr *owner, uint8_t *data,
                        size_t len, uint64_t now_ns, char name[static DOWNLOAD_CACHE_NAME_LEN]);

/* The file of this name, valid until the next call; NULL if there is none. */
const uint8_t *download_cache_get(const struct download_cache *downloads, const char *name,
                                  uint64_t now_ns, size_t *len);

#endif
