/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fixed number of equal items to be lent out.  Pure; the prober.  Nothing is
 * allocated after stock_new, and an item that was never lent is never touched.
 */
#ifndef PORTLIGHT_COMMON_BASE_POOL_H
#define PORTLIGHT_COMMON_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stock;

/* NULL without memory. */
struct stock *stock_new(uint32_t count, size_t item_len);
void stock_free(struct stock *stock);

/* An item, zeroed, or NULL when all are lent. */
void *stock_take(struct stock *stock);

bool stock_is_empty(const struct stock *stock);

/* Takes it back; NULL is none. */
void stock_return(struct stock *stock, void *item);

#endif
