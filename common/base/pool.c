/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/base/pool.h"

#include <stdlib.h>
#include <string.h>

struct stock {
    uint8_t *items;
    size_t item_len;
    uint32_t count, fresh; /* items from fresh on were never lent */
    uint32_t returned_count;
    uint32_t *returned;
};

struct stock *stock_new(uint32_t count, size_t item_len)
{
    struct stock *stock = calloc(1, sizeof(*stock));

    if (stock == NULL)
        return NULL;
    stock->items = calloc(count, item_len);
    stock->returned = calloc(count, sizeof(*stock->returned));
    stock->item_len = item_len;
    stock->count = count;
    if (stock->items == NULL || stock->returned == NULL) {
        stock_free(stock);
        return NULL;
    }
    return stock;
}

void stock_free(struct stock *stock)
{
    if (stock == NULL)
        return;
    free(stock->items);
    free(stock->returned);
    free(stock);
}

void *stock_take(struct stock *stock)
{
    uint32_t index;
    uint8_t *item;

    if (stock->returned_count > 0)
        index = stock->returned[--stock->returned_count];
    else if (stock->fresh < stock->count)
        index = stock->fresh++;
    else
        return NULL;
    item = stock->items + index * stock->item_len;
    memset(item, 0, stock->item_len);
    return item;
}

bool stock_is_empty(const struct stock *stock)
{
    return stock->returned_count == 0 && stock->fresh == stock->count;
}

void stock_return(struct stock *stock, void *item)
{
    if (item != NULL)
        stock->returned[stock->returned_count++] =
            (uint32_t)((size_t)((uint8_t *)item - stock->items) / stock->item_len);
}
