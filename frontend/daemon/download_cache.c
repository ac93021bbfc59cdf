/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/download_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/clock.h"

#define KEPT_NS (600 * NS_PER_S)

enum { KEPT_MAX = 256, KEPT_MAX_LEN = 8 << 20, RANDOM_LEN = (DOWNLOAD_CACHE_NAME_LEN - 1) / 2 };

struct download {
    char name[DOWNLOAD_CACHE_NAME_LEN];
    uint8_t *data; /* NULL: free */
    size_t len;
    uint64_t until_ns;
};

/* A ring: the oldest first, as all are kept equally long. */
struct download_cache {
    struct download all[KEPT_MAX];
    unsigned oldest, count;
    size_t len;
};

struct download_cache *download_cache_new(void)
{
    return calloc(1, sizeof(struct download_cache));
}

static void drop_oldest(struct download_cache *downloads)
{
    struct download *oldest = &downloads->all[downloads->oldest];

    downloads->len -= oldest->len;
    free(oldest->data);
    *oldest = (struct download){0};
    downloads->oldest = (downloads->oldest + 1) % KEPT_MAX;
    downloads->count--;
}

void download_cache_free(struct download_cache *downloads)
{
    while (downloads->count > 0)
        drop_oldest(downloads);
    free(downloads);
}

static bool draw_name(char name[static DOWNLOAD_CACHE_NAME_LEN])
{
    uint8_t random[RANDOM_LEN];

    if (getrandom(random, sizeof(random), 0) != sizeof(random))
        return false;
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(name + 2 * i, 3, "%02x", random[i]);
    return true;
}

bool download_cache_put(struct download_cache *downloads, uint8_t *data, size_t len,
                        uint64_t now_ns, char name[static DOWNLOAD_CACHE_NAME_LEN])
{
    struct download *kept;

    while (downloads->count > 0 &&
           (downloads->count == KEPT_MAX || downloads->len + len > KEPT_MAX_LEN ||
            downloads->all[downloads->oldest].until_ns <= now_ns))
        drop_oldest(downloads);
    if (len > KEPT_MAX_LEN || !draw_name(name)) {
        free(data);
        return false;
    }
    kept = &downloads->all[(downloads->oldest + downloads->count++) % KEPT_MAX];
    *kept = (struct download){.data = data, .len = len, .until_ns = now_ns + KEPT_NS};
    memcpy(kept->name, name, DOWNLOAD_CACHE_NAME_LEN);
    downloads->len += len;
    return true;
}

const uint8_t *download_cache_get(const struct download_cache *downloads, const char *name,
                                  uint64_t now_ns, size_t *len)
{
    for (unsigned i = 0; i < downloads->count; i++) {
        const struct download *kept = &downloads->all[(downloads->oldest + i) % KEPT_MAX];
        if (strcmp(kept->name, name) != 0 || kept->until_ns <= now_ns)
            continue;
        *len = kept->len;
        return kept->data;
    }
    return NULL;
}
