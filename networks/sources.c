/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/sources.h"

#include <string.h>

#include "networks/mmdb.h"
#include "networks/prefixes.h"
#include "networks/ranges.h"
#include "networks/vendors.h"

#define SOURCE(name, reader, provider, kind, cdn, url, licence, attribution) \
    {name, reader, provider, kind, cdn, url, licence, attribution},
const struct source sources[] = {
#include "networks/sources.def"
};
#undef SOURCE

const size_t sources_len = ARRAY_LEN(sources);

const struct source *sources_find(const char *name, size_t len)
{
    for (size_t i = 0; i < sources_len; i++)
        if (strlen(sources[i].name) == len && memcmp(sources[i].name, name, len) == 0)
            return &sources[i];
    return NULL;
}
