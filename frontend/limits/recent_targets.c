/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/limits/recent_targets.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"

#define KNOWN_NS (3600 * NS_PER_S)

enum { SETS = 16384, /* a power of two */ WAYS = 4 };

struct recent_target {
    uint64_t hash;
    uint64_t until_ns; /* free if this is in the past */
};

/* This memory outlives the process: a change of the layout needs a new LIMITS_FILE_VERSION. */
struct recent_targets_table {
    struct recent_target entries[SETS][WAYS];
};
_Static_assert(sizeof(struct recent_targets_table) == 16UL * SETS * WAYS,
               "the layout of version 2");

struct recent_targets {
    uint8_t key[SIPHASH_KEY_LEN];
    struct recent_targets_table *table, *own;
};

size_t recent_targets_memory_len(void)
{
    return sizeof(struct recent_targets_table);
}

/* The memory may hold anything: limits every entry to an hour from now. */
static void settle(struct recent_targets_table *table, uint64_t latest_ns)
{
    for (unsigned set = 0; set < SETS; set++)
        for (unsigned way = 0; way < WAYS; way++)
            if (table->entries[set][way].until_ns > latest_ns)
                table->entries[set][way].until_ns = latest_ns;
}

struct recent_targets *recent_targets_new(const uint8_t key[static SIPHASH_KEY_LEN], void *memory,
                                          uint64_t now_ns)
{
    struct recent_targets *recent_targets = calloc(1, sizeof(*recent_targets));

    if (recent_targets == NULL)
        return NULL;
    memcpy(recent_targets->key, key, sizeof(recent_targets->key));
    recent_targets->table = memory;
    if (recent_targets->table == NULL)
        recent_targets->table = recent_targets->own = calloc(1, sizeof(*recent_targets->own));
    else
        settle(recent_targets->table, now_ns + KNOWN_NS);
    if (recent_targets->table != NULL)
        return recent_targets;
    free(recent_targets);
    return NULL;
}

void recent_targets_free(struct recent_targets *recent_targets)
{
    if (recent_targets == NULL)
        return;
    free(recent_targets->own);
    free(recent_targets);
}

static uint64_t hash_of(const struct recent_targets *recent_targets, const struct addr *client,
                        const struct addr *target)
{
    const struct addr pair[2] = {addr_site(client), addr_site(target)};

    return siphash(recent_targets->key, pair, sizeof(pair));
}

bool recent_targets_contains(const struct recent_targets *recent_targets, const struct addr *client,
                             const struct addr *target, uint64_t now_ns)
{
    uint64_t hash = hash_of(recent_targets, client, target);
    const struct recent_target *set = recent_targets->table->entries[hash & (SETS - 1)];

    for (int way = 0; way < WAYS; way++)
        if (set[way].hash == hash && set[way].until_ns > now_ns)
            return true;
    return false;
}

void recent_targets_add(struct recent_targets *recent_targets, const struct addr *client,
                        const struct addr *target, uint64_t now_ns)
{
    uint64_t hash = hash_of(recent_targets, client, target);
    struct recent_target *set = recent_targets->table->entries[hash & (SETS - 1)];
    struct recent_target *place = &set[0];

    for (int way = 0; way < WAYS; way++) {
        if (set[way].hash == hash) {
            place = &set[way];
            break;
        }
        if (set[way].until_ns < place->until_ns)
            place = &set[way];
    }
    *place = (struct recent_target){hash, now_ns + KNOWN_NS};
}
