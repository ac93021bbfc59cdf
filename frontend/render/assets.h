/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of www/, built into the daemon.  Pure. */
#ifndef PORTLIGHT_FRONTEND_RENDER_ASSETS_H
#define PORTLIGHT_FRONTEND_RENDER_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

enum { ASSET_ETAG_LEN = 20 };

struct asset {
    const char *type; /* Content-Type */
    const char *data; /* static */
    size_t len;
    const char *gzip_data; /* the same, compressed (RFC 1952) */
    size_t gzip_len;
    char etag[ASSET_ETAG_LEN]; /* derived from the contents; includes the quotes */
};

/* Finds the file served at this path, such as "/style.css"; false if there is none. */
bool asset_at(const char *path, struct asset *out);

/* A NUL-terminated part of the page, such as "head.html", with {{names}} for page.c to fill in, or
 * its links "nav.en.html", "nav.de.html".  Empty if there is none. */
const char *asset_part(const char *name);

#endif
