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

struct wheel;

enum { WHEEL_SPAN_MS = 8192 };
#define WHEEL_NEVER UINT64_MAX

/* For items 0 to count - 1; NULL without memory.  now_ms is where time starts. */
struct wheel *wheel_new(uint32_t count, uint64_t now_ms);
void wheel_free(struct wheel *wheel);

/* (Re)sets the item's timer.  A time past is due at once; one further ahead than
 * WHEEL_SPAN_MS comes early, so the owner looks at its own clock again. */
void wheel_set(struct wheel *wheel, uint32_t item, uint64_t at_ms);
void wheel_clear(struct wheel *wheel, uint32_t item);

/* Takes one item that is due; false when there is none.  now_ms never goes back. */
bool wheel_pop(struct wheel *wheel, uint64_t now_ms, uint32_t *item);

/* When the next item is due, or WHEEL_NEVER. */
uint64_t wheel_next_ms(const struct wheel *wheel);

#endif
