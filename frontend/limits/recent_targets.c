/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/limits/recent_targets.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"

#define KNOWN_NS (3600 * NS_PER_S)

enum { SETS = 16384, /* a power of two */ WAYS = 4 };

struct entry {
    uint64_t hash;
    uint64_t until_ns; /* earlier than now: free */
};

struct familiar {
    uint8_t key[SIPHASH_KEY_LEN];
    struct entry entries[SETS][WAYS];
};

struct familiar *familiar_new(const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct familiar *familiar = calloc(1, sizeof(*familiar));

    if (familiar != NULL)
        memcpy(familiar->key, key, sizeof(familiar->key));
    return familiar;
}

void familiar_free(struct familiar *familiar)
{
    free(familiar);
}

static uint64_t hash_of(const struct familiar *familiar, const struct addr *visitor,
                        const struct addr *target)
{
    const struct addr pair[2] = {addr_site(visitor), addr_site(target)};

    return siphash(familiar->key, pair, sizeof(pair));
}

bool familiar_knows(const struct familiar *familiar, const struct addr *visitor,
                    const struct addr *target, uint64_t now_ns)
{
    uint64_t hash = hash_of(familiar, visitor, target);
    const struct entry *set = familiar->entries[hash & (SETS - 1)];

    for (int way = 0; way < WAYS; way++)
        if (set[way].hash == hash && set[way].until_ns > now_ns)
            return true;
    return false;
}

void familiar_note(struct familiar *familiar, const struct addr *visitor, const struct addr *target,
                   uint64_t now_ns)
{
    uint64_t hash = hash_of(familiar, visitor, target);
    struct entry *set = familiar->entries[hash & (SETS - 1)];
    struct entry *place = &set[0];

    for (int way = 0; way < WAYS; way++) {
        if (set[way].hash == hash) {
            place = &set[way];
            break;
        }
        if (set[way].until_ns < place->until_ns)
            place = &set[way];
    }
    *place = (struct entry){hash, now_ns + KNOWN_NS};
}
