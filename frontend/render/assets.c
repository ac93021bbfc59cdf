/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/assets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/siphash.h"

/* From assets_data.S; scripts/generate-assets makes the rows. */
#define ASSET(name, path, type, file)                                                          \
    extern const char asset_##name##_start[], asset_##name##_end[], asset_##name##_gz_start[], \
        asset_##name##_gz_end[];
#include "frontend/render/assets.inc"
#undef ASSET

#define ASSET(name, path, type, file) \
    {path,                            \
     type,                            \
     asset_##name##_start,            \
     asset_##name##_end,              \
     asset_##name##_gz_start,         \
     asset_##name##_gz_end},
static const struct {
    const char *path, *type, *start, *end, *gzip_start, *gzip_end;
} files[] = {
#include "frontend/render/assets.inc"
};

static bool find(const char *path, struct asset *out)
{
    static const uint8_t key[SIPHASH_KEY_LEN]; /* not secret: it only distinguishes versions */

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (strcmp(files[i].path, path) != 0)
            continue;
        *out = (struct asset){
            .type = files[i].type,
            .data = files[i].start,
            .len = (size_t)(files[i].end - files[i].start),
            .gzip_data = files[i].gzip_start,
            .gzip_len = (size_t)(files[i].gzip_end - files[i].gzip_start),
        };
        snprintf(out->etag, sizeof(out->etag), "\"%016" PRIx64 "\"",
                 siphash(key, out->data, out->len));
        return true;
    }
    return false;
}

bool asset_at(const char *path, struct asset *out)
{
    return path[0] == '/' && find(path, out);
}

const char *asset_part(const char *name)
{
    struct asset part;

    return find(name, &part) ? part.data : "";
}
