/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of www/, built into the daemon.  Pure. */
#ifndef PORTLIGHT_ASSETS_H
#define PORTLIGHT_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
    const char *type; /* Content-Type */
    const char *data; /* static */
    size_t len;
};

/* What is served at this path ("/style.css"); false when nothing is. */
bool asset_at(const char *path, struct asset *out);

/* The frame of the page, with {{names}} where page.c puts something. */
struct asset asset_page(void);

#endif
