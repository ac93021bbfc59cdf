/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/timer_wheel.h"

#include <stdlib.h>

#define NIL UINT32_MAX

enum { WORD_BITS = 64, WORDS = WHEEL_SPAN_MS / WORD_BITS };

struct link {
    uint32_t next, previous;
    uint32_t slot; /* NIL: not set */
};

_Static_assert(WORDS % WORD_BITS == 0, "whole words");

/* A slot holds the items of one millisecond, as a list through `links`.  A time in the past goes
 * into the slot of the cursor. */
struct timer_wheel {
    uint64_t cursor_ms; /* every slot before it is empty */
    uint32_t heads[WHEEL_SPAN_MS];
    uint64_t used[WORDS];              /* bit n: slot n is not empty */
    uint64_t words[WORDS / WORD_BITS]; /* bit n: used[n] is not 0 */
    uint32_t count;
    struct link links[];
};

struct timer_wheel *timer_wheel_new(uint32_t count, uint64_t now_ms)
{
    struct timer_wheel *wheel = calloc(1, sizeof(*wheel) + count * sizeof(struct link));

    if (wheel == NULL)
        return NULL;
    wheel->cursor_ms = now_ms;
    wheel->count = count;
    for (uint32_t i = 0; i < WHEEL_SPAN_MS; i++)
        wheel->heads[i] = NIL;
    for (uint32_t i = 0; i < count; i++)
        wheel->links[i].slot = NIL;
    return wheel;
}

void timer_wheel_free(struct timer_wheel *wheel)
{
    free(wheel);
}

static uint64_t bit(uint32_t n)
{
    return UINT64_C(1) << n % WORD_BITS;
}

static void mark_used(struct timer_wheel *wheel, uint32_t slot)
{
    uint32_t word = slot / WORD_BITS;

    wheel->used[word] |= bit(slot);
    wheel->words[word / WORD_BITS] |= bit(word);
}

static void mark_empty(struct timer_wheel *wheel, uint32_t slot)
{
    uint32_t word = slot / WORD_BITS;

    wheel->used[word] &= ~bit(slot);
    if (wheel->used[word] == 0)
        wheel->words[word / WORD_BITS] &= ~bit(word);
}

void timer_wheel_clear(struct timer_wheel *wheel, uint32_t item)
{
    struct link *link = &wheel->links[item];

    if (link->slot == NIL)
        return;
    if (link->previous != NIL)
        wheel->links[link->previous].next = link->next;
    else
        wheel->heads[link->slot] = link->next;
    if (link->next != NIL)
        wheel->links[link->next].previous = link->previous;
    if (wheel->heads[link->slot] == NIL)
        mark_empty(wheel, link->slot);
    link->slot = NIL;
}

void timer_wheel_set(struct timer_wheel *wheel, uint32_t item, uint64_t at_ms)
{
    struct link *link = &wheel->links[item];
    uint64_t latest_ms = wheel->cursor_ms + WHEEL_SPAN_MS - 1;
    uint32_t slot;

    timer_wheel_clear(wheel, item);
    if (at_ms < wheel->cursor_ms)
        at_ms = wheel->cursor_ms;
    if (at_ms > latest_ms)
        at_ms = latest_ms;
    slot = (uint32_t)(at_ms % WHEEL_SPAN_MS);
    *link = (struct link){.slot = slot, .previous = NIL, .next = wheel->heads[slot]};
    if (link->next != NIL)
        wheel->links[link->next].previous = item;
    wheel->heads[slot] = item;
    mark_used(wheel, slot);
}

/* The first set bit from `from` on, wrapping around; `count` if there is none. */
static uint32_t first_from(const uint64_t *words, uint32_t count, uint32_t from)
{
    uint32_t word = from / WORD_BITS;
    uint64_t bits = words[word] & ~UINT64_C(0) << from % WORD_BITS;

    /* the first word is examined again at the end, for the bits before `from` */
    for (uint32_t i = 0; i <= count / WORD_BITS; i++) {
        if (bits != 0)
            return word * WORD_BITS + (uint32_t)__builtin_ctzll(bits);
        word = (word + 1) % (count / WORD_BITS);
        bits = words[word];
    }
    return count;
}

uint64_t timer_wheel_next_ms(const struct timer_wheel *wheel)
{
    uint32_t start = (uint32_t)(wheel->cursor_ms % WHEEL_SPAN_MS);
    uint32_t word = start / WORD_BITS;
    uint64_t bits = wheel->used[word] & ~UINT64_C(0) << start % WORD_BITS;

    if (bits == 0) {
        word = first_from(wheel->words, WORDS, (word + 1) % WORDS);
        if (word == WORDS)
            return TIMER_WHEEL_NEVER;
        bits = wheel->used[word];
    }
    return wheel->cursor_ms +
           (word * WORD_BITS + (uint32_t)__builtin_ctzll(bits) - start) % WHEEL_SPAN_MS;
}

bool timer_wheel_pop(struct timer_wheel *wheel, uint64_t now_ms, uint32_t *item)
{
    uint64_t next_ms = timer_wheel_next_ms(wheel);

    if (next_ms > now_ms) {
        if (now_ms > wheel->cursor_ms)
            wheel->cursor_ms = now_ms;
        return false;
    }
    wheel->cursor_ms = next_ms;
    *item = wheel->heads[next_ms % WHEEL_SPAN_MS];
    timer_wheel_clear(wheel, *item);
    return true;
}
