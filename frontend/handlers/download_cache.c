/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/download_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/clock.h"

#define KEPT_NS (600 * NS_PER_S)

enum {
    KEPT_MAX = 256,
    KEPT_MAX_LEN = 8 << 20,
    FILE_MIN_LEN = 4096 /* so that many small ones count, too */,
    RANDOM_LEN = (DOWNLOAD_CACHE_NAME_LEN - 1) / 2
};

struct download {
    struct addr owner;
    char name[DOWNLOAD_CACHE_NAME_LEN];
    uint8_t *data;
    size_t len;
    uint64_t until_ns;
};

/* The oldest first, as all are kept equally long. */
struct download_cache {
    struct download all[KEPT_MAX];
    unsigned count;
    size_t len;
};

struct download_cache *download_cache_new(void)
{
    return calloc(1, sizeof(struct download_cache));
}

static void drop(struct download_cache *downloads, unsigned which)
{
    struct download *dropped = &downloads->all[which];

    downloads->len -= dropped->len;
    free(dropped->data);
    downloads->count--;
    memmove(dropped, dropped + 1, (downloads->count - which) * sizeof(*dropped));
}

void download_cache_free(struct download_cache *downloads)
{
    while (downloads->count > 0)
        drop(downloads, downloads->count - 1);
    free(downloads);
}

static size_t len_of(const struct download_cache *downloads, const struct addr *owner)
{
    size_t len = 0;

    for (unsigned i = 0; i < downloads->count; i++)
        if (addr_equal(&downloads->all[i].owner, owner))
            len += FILE_MIN_LEN + downloads->all[i].len;
    return len;
}

/* The oldest file of whoever has the most. */
static unsigned find_victim(const struct download_cache *downloads)
{
    unsigned victim = 0;
    size_t most = 0;

    for (unsigned i = 0; i < downloads->count; i++) {
        size_t len = len_of(downloads, &downloads->all[i].owner);
        if (len <= most)
            continue;
        most = len;
        victim = i;
    }
    return victim;
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

bool download_cache_put(struct download_cache *downloads, const struct addr *owner, uint8_t *data,
                        size_t len, uint64_t now_ns, char name[static DOWNLOAD_CACHE_NAME_LEN])
{
    struct download *kept;

    if (len > KEPT_MAX_LEN || !draw_name(name)) {
        free(data);
        return false;
    }
    while (downloads->count > 0 && downloads->all[0].until_ns <= now_ns)
        drop(downloads, 0);
    while (downloads->count > 0 &&
           (downloads->count == KEPT_MAX || downloads->len + len > KEPT_MAX_LEN))
        drop(downloads, find_victim(downloads));
    kept = &downloads->all[downloads->count++];
    *kept =
        (struct download){.owner = *owner, .data = data, .len = len, .until_ns = now_ns + KEPT_NS};
    memcpy(kept->name, name, DOWNLOAD_CACHE_NAME_LEN);
    downloads->len += len;
    return true;
}

const uint8_t *download_cache_get(const struct download_cache *downloads, const char *name,
                                  uint64_t now_ns, size_t *len)
{
    for (unsigned i = 0; i < downloads->count; i++) {
        const struct download *kept = &downloads->all[i];
        if (strcmp(kept->name, name) != 0 || kept->until_ns <= now_ns)
            continue;
        *len = kept->len;
        return kept->data;
    }
    return NULL;
}
