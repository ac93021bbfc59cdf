/* SPDX-License-Identifier: BSD-2-Clause */
/* Files in and out.  An edge; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_FILES_H
#define PORTLIGHT_NETWORKS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole file with a NUL behind it, for the caller to free, and when it was last changed; NULL
 * with errno (EFBIG: beyond FILES_MAX_LEN). */
char *files_read(const char *path, size_t *len, uint64_t *changed_s);

enum { FILES_MAX_LEN = 512 << 20 };

/* Puts the bytes where the path is in one step: whoever opens it sees the old file or the new
 * one, whole.  Readable by all.  False with errno; then the old one is still there. */
bool files_replace(const char *path, const void *bytes, size_t len);

#endif
