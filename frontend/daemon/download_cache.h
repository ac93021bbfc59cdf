/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that visitors may fetch for a while under a name that nobody can guess: the
 * packets of their checks.  A table of fixed size and bounded memory; the oldest make room.
 * An edge (it draws random names); the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_DOWNLOAD_CACHE_H
#define PORTLIGHT_FRONTEND_DAEMON_DOWNLOAD_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DOWNLOAD_CACHE_NAME_LEN = 33 /* 128 random bits in hexadecimal, and the end */ };

struct download_cache;

/* NULL without memory. */
struct download_cache *download_cache_new(void);
void download_cache_free(struct download_cache *downloads);

/* Takes over the data, which is freed in time; false if there is no room at all: it is
 * freed at once. */
bool download_cache_put(struct download_cache *downloads, uint8_t *data, size_t len,
                        uint64_t now_ns, char name[static DOWNLOAD_CACHE_NAME_LEN]);

/* What was kept under this name, or NULL; valid until the next call. */
const uint8_t *download_cache_get(const struct download_cache *downloads, const char *name,
                                  uint64_t now_ns, size_t *len);

#endif
