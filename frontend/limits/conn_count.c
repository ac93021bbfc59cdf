/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/limits/conn_count.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 2, COLUMNS = 1 << 16 };

struct tally {
    uint32_t max;
    uint8_t key[SIPHASH_KEY_LEN];
    uint32_t counts[ROWS][COLUMNS];
};

struct tally *tally_new(uint32_t max, const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct tally *tally = calloc(1, sizeof(*tally));

    if (tally == NULL)
        return NULL;
    tally->max = max;
    memcpy(tally->key, key, sizeof(tally->key));
    return tally;
}

void tally_free(struct tally *tally)
{
    free(tally);
}

uint32_t tally_max(const struct tally *tally)
{
    return tally->max;
}

/* The visitor's place in each row. */
static void find(struct tally *tally, const struct addr *visitor, uint32_t *cells[static ROWS])
{
    struct addr key = addr_site(visitor);
    uint64_t hash = siphash(tally->key, &key, sizeof(key));

    for (int row = 0; row < ROWS; row++)
        cells[row] = &tally->counts[row][hash >> (16 * row) & (COLUMNS - 1)];
}

bool tally_add(struct tally *tally, const struct addr *visitor)
{
    uint32_t *cells[ROWS];
    uint32_t least = UINT32_MAX;

    find(tally, visitor, cells);
    for (int row = 0; row < ROWS; row++)
        least = *cells[row] < least ? *cells[row] : least;
    if (tally->max > 0 && least >= tally->max)
        return false;
    for (int row = 0; row < ROWS; row++)
        ++*cells[row];
    return true;
}

void tally_remove(struct tally *tally, const struct addr *visitor)
{
    uint32_t *cells[ROWS];

    find(tally, visitor, cells);
    for (int row = 0; row < ROWS; row++)
        --*cells[row];
}
