/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/download_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/clock.h"

#define KEPT_NS (600 * NS_PER_S)

enum { KEPT_MAX = 256, KEPT_MAX_LEN = 8 << 20, RANDOM_LEN = (KEEPSAKE_NAME_LEN - 1) / 2 };

struct keepsake {
    char name[KEEPSAKE_NAME_LEN];
    uint8_t *data; /* NULL: free */
    size_t len;
    uint64_t until_ns;
};

/* A ring: the oldest first, as all are kept equally long. */
struct keepsakes {
    struct keepsake all[KEPT_MAX];
    unsigned oldest, count;
    size_t len;
};

struct keepsakes *keepsakes_new(void)
{
    return calloc(1, sizeof(struct keepsakes));
}

static void drop_oldest(struct keepsakes *keepsakes)
{
    struct keepsake *oldest = &keepsakes->all[keepsakes->oldest];

    keepsakes->len -= oldest->len;
    free(oldest->data);
    *oldest = (struct keepsake){0};
    keepsakes->oldest = (keepsakes->oldest + 1) % KEPT_MAX;
    keepsakes->count--;
}

void keepsakes_free(struct keepsakes *keepsakes)
{
    while (keepsakes->count > 0)
        drop_oldest(keepsakes);
    free(keepsakes);
}

static bool draw_name(char name[static KEEPSAKE_NAME_LEN])
{
    uint8_t random[RANDOM_LEN];

    if (getrandom(random, sizeof(random), 0) != sizeof(random))
        return false;
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(name + 2 * i, 3, "%02x", random[i]);
    return true;
}

bool keepsake_put(struct keepsakes *keepsakes, uint8_t *data, size_t len, uint64_t now_ns,
                  char name[static KEEPSAKE_NAME_LEN])
{
    struct keepsake *kept;

    while (keepsakes->count > 0 &&
           (keepsakes->count == KEPT_MAX || keepsakes->len + len > KEPT_MAX_LEN ||
            keepsakes->all[keepsakes->oldest].until_ns <= now_ns))
        drop_oldest(keepsakes);
    if (len > KEPT_MAX_LEN || !draw_name(name)) {
        free(data);
        return false;
    }
    kept = &keepsakes->all[(keepsakes->oldest + keepsakes->count++) % KEPT_MAX];
    *kept = (struct keepsake){.data = data, .len = len, .until_ns = now_ns + KEPT_NS};
    memcpy(kept->name, name, KEEPSAKE_NAME_LEN);
    keepsakes->len += len;
    return true;
}

const uint8_t *keepsake_get(const struct keepsakes *keepsakes, const char *name, uint64_t now_ns,
                            size_t *len)
{
    for (unsigned i = 0; i < keepsakes->count; i++) {
        const struct keepsake *kept = &keepsakes->all[(keepsakes->oldest + i) % KEPT_MAX];
        if (strcmp(kept->name, name) != 0 || kept->until_ns <= now_ns)
            continue;
        *len = kept->len;
        return kept->data;
    }
    return NULL;
}
