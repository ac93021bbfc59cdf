/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and replaces files.  An edge; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_FILES_H
#define PORTLIGHT_NETWORKS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a whole file and its mtime.  A NUL, not counted in *len, follows the bytes; the caller
 * frees them.  NULL with errno (EFBIG: more than FILES_MAX_LEN bytes). */
char *files_read(const char *path, size_t *len, uint64_t *changed_s);

enum { FILES_MAX_LEN = 512 << 20 };

/* Replaces the file atomically: a reader sees either the old or the new one, complete.  Mode 0644.
 * False with errno, leaving the old file. */
bool files_replace(const char *path, const void *bytes, size_t len);

#endif
