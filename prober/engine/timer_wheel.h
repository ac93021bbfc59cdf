/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One timer for each of a fixed number of items, in milliseconds.  Pure; the
 * prober.  Setting, clearing and finding cost the same for one timer as for a
 * hundred thousand.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_TIMER_WHEEL_H
#define PORTLIGHT_PROBER_ENGINE_TIMER_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

struct timer_wheel;

enum { WHEEL_SPAN_MS = 8192 };
#define TIMER_WHEEL_NEVER UINT64_MAX

/* For items 0 to count - 1; NULL without memory.  now_ms is where time starts. */
struct timer_wheel *timer_wheel_new(uint32_t count, uint64_t now_ms);
void timer_wheel_free(struct timer_wheel *wheel);

/* (Re)sets the item's timer.  A time past is due at once; one further ahead than
 * WHEEL_SPAN_MS comes early, so the owner looks at its own clock again. */
void timer_wheel_set(struct timer_wheel *wheel, uint32_t item, uint64_t at_ms);
void timer_wheel_clear(struct timer_wheel *wheel, uint32_t item);

/* Takes one item that is due; false when there is none.  now_ms never goes back. */
bool timer_wheel_pop(struct timer_wheel *wheel, uint64_t now_ms, uint32_t *item);

/* When the next item is due, or TIMER_WHEEL_NEVER. */
uint64_t timer_wheel_next_ms(const struct timer_wheel *wheel);

#endif
