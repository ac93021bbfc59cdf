/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A timer for each of a fixed number of items, in milliseconds.  Pure; the prober.  Setting,
 * clearing and expiring take constant time.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_TIMER_WHEEL_H
#define PORTLIGHT_PROBER_ENGINE_TIMER_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

struct timer_wheel;

enum { WHEEL_SPAN_MS = 8192 };
#define TIMER_WHEEL_NEVER UINT64_MAX

/* For items 0 to count - 1.  Time starts at now_ms.  Returns NULL if out of memory. */
struct timer_wheel *timer_wheel_new(uint32_t count, uint64_t now_ms);
void timer_wheel_free(struct timer_wheel *wheel);

/* Sets or moves the item's timer.  A time in the past is due at once.  A timer more than
 * WHEEL_SPAN_MS ahead expires early, so the caller must check its own deadline. */
void timer_wheel_set(struct timer_wheel *wheel, uint32_t item, uint64_t at_ms);
void timer_wheel_clear(struct timer_wheel *wheel, uint32_t item);

/* Takes one item that is due and clears its timer.  Returns false if none is due.  now_ms
 * never goes back. */
bool timer_wheel_pop(struct timer_wheel *wheel, uint64_t now_ms, uint32_t *item);

/* When the next item is due, or TIMER_WHEEL_NEVER. */
uint64_t timer_wheel_next_ms(const struct timer_wheel *wheel);

#endif
