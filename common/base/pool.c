/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/base/pool.h"

#include <stdlib.h>
#include <string.h>

struct pool {
    uint8_t *items;
    size_t item_len;
    uint32_t count, fresh; /* items from fresh on were never lent */
    uint32_t returned_count;
    uint32_t *returned;
};

struct pool *pool_new(uint32_t count, size_t item_len)
{
    struct pool *pool = calloc(1, sizeof(*pool));

    if (pool == NULL)
        return NULL;
    pool->items = calloc(count, item_len);
    pool->returned = calloc(count, sizeof(*pool->returned));
    pool->item_len = item_len;
    pool->count = count;
    if (pool->items == NULL || pool->returned == NULL) {
        pool_free(pool);
        return NULL;
    }
    return pool;
}

void pool_free(struct pool *pool)
{
    if (pool == NULL)
        return;
    free(pool->items);
    free(pool->returned);
    free(pool);
}

void *pool_get(struct pool *pool)
{
    uint32_t index;
    uint8_t *item;

    if (pool->returned_count > 0)
        index = pool->returned[--pool->returned_count];
    else if (pool->fresh < pool->count)
        index = pool->fresh++;
    else
        return NULL;
    item = pool->items + index * pool->item_len;
    memset(item, 0, pool->item_len);
    return item;
}

uint32_t pool_number(const struct pool *pool, const void *item)
{
    return (uint32_t)((size_t)((const uint8_t *)item - pool->items) / pool->item_len);
}

void *pool_item(const struct pool *pool, uint32_t number)
{
    return pool->items + number * pool->item_len;
}

void pool_put(struct pool *pool, void *item)
{
    if (item != NULL)
        pool->returned[pool->returned_count++] = pool_number(pool, item);
}
