/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/limits/conn_count.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 2, COLUMNS = 1 << 16 };

struct conn_count {
    uint32_t max;
    uint8_t key[SIPHASH_KEY_LEN];
    uint32_t counts[ROWS][COLUMNS];
};

struct conn_count *conn_count_new(uint32_t max, const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct conn_count *count = calloc(1, sizeof(*count));

    if (count == NULL)
        return NULL;
    count->max = max;
    memcpy(count->key, key, sizeof(count->key));
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

/* The client's place in each row. */
static void find(struct conn_count *count, const struct addr *client, uint32_t *cells[static ROWS])
{
    struct addr key = addr_site(client);
    uint64_t hash = siphash(count->key, &key, sizeof(key));

    for (int row = 0; row < ROWS; row++)
        cells[row] = &count->counts[row][hash >> (16 * row) & (COLUMNS - 1)];
}

bool conn_count_add(struct conn_count *count, const struct addr *client)
{
    uint32_t *cells[ROWS];
    uint32_t least = UINT32_MAX;

    find(count, client, cells);
    for (int row = 0; row < ROWS; row++)
        least = *cells[row] < least ? *cells[row] : least;
    if (count->max > 0 && least >= count->max)
        return false;
    for (int row = 0; row < ROWS; row++)
        ++*cells[row];
    return true;
}

void conn_count_remove(struct conn_count *count, const struct addr *client)
{
    uint32_t *cells[ROWS];

    find(count, client, cells);
    for (int row = 0; row < ROWS; row++)
        --*cells[row];
}
