/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fixed number of items of one size, with a free list.  Pure; the prober.  Nothing is allocated
 * after pool_new, and the memory of an item that was never taken is never touched.
 */
#ifndef PORTLIGHT_COMMON_BASE_POOL_H
#define PORTLIGHT_COMMON_BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool;

/* NULL if out of memory. */
struct pool *pool_new(uint32_t count, size_t item_len);
void pool_free(struct pool *pool);

/* Takes an item and zeroes it; NULL when all are taken. */
void *pool_get(struct pool *pool);

/* An item's number, from 0 to count - 1, and the item with that number. */
uint32_t pool_number(const struct pool *pool, const void *item);
void *pool_item(const struct pool *pool, uint32_t number);

/* Gives an item back.  NULL is allowed. */
void pool_put(struct pool *pool, void *item);

#endif
