/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/limits/conn_count.h"

#include <stdlib.h>
#include <string.h>

#include "common/net/tier.h"

enum { ROWS = 2, COLUMNS = 1 << 16 };

struct conn_count {
    uint32_t max, capacity;
    bool networks;
    uint8_t key[SIPHASH_KEY_LEN];
    uint32_t held; /* by all clients */
    uint64_t refused;
    uint32_t counts[TIERS_MAX][ROWS][COLUMNS];
};

struct conn_count *conn_count_new(const struct conn_count_setup *setup)
{
    struct conn_count *count = calloc(1, sizeof(*count));

    if (count == NULL)
        return NULL;
    count->max = setup->max;
    count->capacity = setup->capacity;
    count->networks = setup->networks;
    memcpy(count->key, setup->key, sizeof(count->key));
    return count;
}

void conn_count_free(struct conn_count *count)
{
    free(count);
}

uint32_t conn_count_max(const struct conn_count *count)
{
    return count->max;
}

uint64_t conn_count_refused(const struct conn_count *count)
{
    return count->refused;
}

/* The counters of one address or network. */
struct seat {
    unsigned tiers;
    uint64_t max[TIERS_MAX];
    uint32_t *cells[TIERS_MAX][ROWS];
};

static struct seat find(struct conn_count *count, const struct addr *client)
{
    struct seat place;
    const struct tier *tiers =
        tiers_of((enum addr_family)client->family, count->networks, &place.tiers);

    for (unsigned i = 0; i < place.tiers; i++) {
        struct addr key = tier_key(client, &tiers[i]);
        uint64_t hash = siphash(count->key, &key, sizeof(key));
        place.max[i] = (uint64_t)count->max * tiers[i].factor;
        for (int row = 0; row < ROWS; row++)
            place.cells[i][row] = &count->counts[i][row][hash >> (16 * row) & (COLUMNS - 1)];
    }
    return place;
}

/* May a client or network that holds this many have another one? */
static bool is_left(const struct conn_count *count, uint32_t held)
{
    uint32_t left = count->capacity - count->held;

    if (count->capacity == 0 || left == 0)
        return count->capacity == 0;
    return held == 0 || 2 * (uint64_t)(held + 1) <= left - 1;
}

bool conn_count_add(struct conn_count *count, const struct addr *client)
{
    struct seat place = find(count, client);

    for (unsigned i = 0; i < place.tiers; i++) {
        uint32_t least = UINT32_MAX;
        for (int row = 0; row < ROWS; row++)
            least = *place.cells[i][row] < least ? *place.cells[i][row] : least;
        if ((count->max > 0 && least >= place.max[i]) || !is_left(count, least)) {
            count->refused++;
            return false;
        }
    }
    for (unsigned i = 0; i < place.tiers; i++)
        for (int row = 0; row < ROWS; row++)
            ++*place.cells[i][row];
    count->held++;
    return true;
}

void conn_count_remove(struct conn_count *count, const struct addr *client)
{
    struct seat place = find(count, client);

    for (unsigned i = 0; i < place.tiers; i++)
        for (int row = 0; row < ROWS; row++)
            --*place.cells[i][row];
    count->held--;
}
