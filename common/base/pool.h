/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fixed number of equal items to be lent out.  Pure; the prober.  Nothing is
 * allocated after pool_new, and an item that was never lent is never touched.
 */
#ifndef PORTLIGHT_COMMON_BASE_POOL_H
#define PORTLIGHT_COMMON_BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool;

/* NULL without memory. */
struct pool *pool_new(uint32_t count, size_t item_len);
void pool_free(struct pool *pool);

/* An item, zeroed, or NULL when all are lent. */
void *pool_get(struct pool *pool);

/* An item's number, below the count, and the item of a number. */
uint32_t pool_number(const struct pool *pool, const void *item);
void *pool_item(const struct pool *pool, uint32_t number);

/* Takes it back; NULL is none. */
void pool_put(struct pool *pool, void *item);

#endif
