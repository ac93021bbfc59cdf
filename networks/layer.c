/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/layer.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"

enum { FIRST_ROOM = 1024, DEPTH_FIRST = 64 };

void facts_init(struct facts *facts)
{
    static const struct range_facts nothing = {0};

    *facts = (struct facts){0};
    intern_put(&facts->strings, "", 1);
    intern_put(&facts->ranges, &nothing, sizeof(nothing));
}

void facts_free(struct facts *facts)
{
    intern_free(&facts->strings);
    intern_free(&facts->ranges);
}

uint32_t facts_text(struct facts *facts, const char *text, size_t len)
{
    char clean[FACTS_TEXT_MAX_LEN + 1];
    size_t n = len < FACTS_TEXT_MAX_LEN ? len : FACTS_TEXT_MAX_LEN;

    while (n < len && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--; /* not within a character of UTF-8 */
    for (size_t i = 0; i < n; i++)
        clean[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i];
    clean[n] = '\0';
    return intern_put(&facts->strings, clean, n + 1);
}

void layer_free(struct layer *layer)
{
    free(layer->spans);
    *layer = (struct layer){0};
}

static void append(struct layer *layer, const struct range_span *span)
{
    if (layer->count == layer->room) {
        layer->room = layer->room == 0 ? FIRST_ROOM : 2 * layer->room;
        layer->spans = realloc(layer->spans, layer->room * sizeof(*layer->spans));
        if (layer->spans == NULL)
            log_fatal("networks", "out of memory");
    }
    layer->spans[layer->count++] = *span;
}

/* Of the prefix that these are the ends of; 0: of none, or of everything. */
static uint8_t bits_of(const struct addr *first, const struct addr *last)
{
    unsigned bits = 0, all = (unsigned)addr_len(first) * 8;
    struct addr masked;

    while (bits < all && ((first->bytes[bits / 8] ^ last->bytes[bits / 8]) & 0x80 >> bits % 8) == 0)
        bits++;
    masked = addr_mask(first, bits);
    if (!addr_equal(&masked, first))
        return 0;
    for (unsigned bit = bits; bit < all; bit++)
        if ((last->bytes[bit / 8] & 0x80 >> bit % 8) == 0)
            return 0;
    return (uint8_t)bits;
}

bool layer_add(struct layer *layer, struct facts *facts, const struct addr *first,
               const struct addr *last, const struct range_facts *said, unsigned rank)
{
    struct range_span span = {.family = first->family, .rank = (uint8_t)rank};
    struct range_facts facts_of_range = *said;

    if (first->family != last->family || memcmp(first->bytes, last->bytes, ADDR_BYTES_LEN) > 0)
        return false;
    memcpy(span.first, first->bytes, sizeof(span.first));
    memcpy(span.last, last->bytes, sizeof(span.last));
    facts_of_range.bits = bits_of(first, last);
    span.facts = intern_put(&facts->ranges, &facts_of_range, sizeof(facts_of_range));
    append(layer, &span);
    return true;
}

void layer_add_prefix(struct layer *layer, struct facts *facts, const struct prefix *prefix,
                      const struct range_facts *said, unsigned rank)
{
    struct addr last = prefix->addr;

    for (unsigned bit = prefix->bits; bit < addr_len(&last) * 8; bit++)
        last.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    layer_add(layer, facts, &prefix->addr, &last, said, rank);
}

bool range_next(uint8_t bytes[static ADDR_BYTES_LEN], size_t len)
{
    while (len > 0)
        if (++bytes[--len] != 0)
            return true;
    return false;
}

bool range_previous(uint8_t bytes[static ADDR_BYTES_LEN], size_t len)
{
    while (len > 0)
        if (bytes[--len]-- != 0)
            return true;
    return false;
}

/* --- overlaps ---------------------------------------------------------------------------- */

/* By family and start; whoever contains another comes before it, and so does who gives way. */
static int compare(const void *left, const void *right)
{
    const struct range_span *a = left, *b = right;
    int order = (int)a->family - (int)b->family;

    if (order == 0)
        order = memcmp(a->first, b->first, sizeof(a->first));
    if (order == 0)
        order = memcmp(b->last, a->last, sizeof(a->last));
    return order != 0 ? order : (int)a->rank - (int)b->rank;
}

/* Spans that have begun and not ended, the one that counts on top. */
struct open_spans {
    struct range_span *items;
    size_t count, room;
};

static void open_span(struct open_spans *open, const struct range_span *span)
{
    if (open->count == open->room) {
        open->room = open->room == 0 ? DEPTH_FIRST : 2 * open->room;
        open->items = realloc(open->items, open->room * sizeof(*open->items));
        if (open->items == NULL)
            log_fatal("networks", "out of memory");
    }
    open->items[open->count++] = *span;
}

/* Writes the open spans down up to the address before `end`; NULL: to their own ends. */
static void close_before(struct open_spans *open, const uint8_t *end, struct layer *flat)
{
    while (open->count > 0) {
        struct range_span *top = &open->items[open->count - 1], piece = *top;
        size_t len = top->family == ADDR_IPV4 ? 4 : ADDR_BYTES_LEN;
        bool lasts = end != NULL && memcmp(top->last, end, len) >= 0;
        uint8_t next[ADDR_BYTES_LEN];
        if (memcmp(top->first, top->last, len) <= 0 &&
            (end == NULL || memcmp(top->first, end, len) < 0)) {
            if (lasts) {
                memcpy(piece.last, end, sizeof(piece.last));
                range_previous(piece.last, len);
            }
            append(flat, &piece);
            memcpy(top->first, piece.last, sizeof(top->first));
            if (!range_next(top->first, len)) {
                open->count = 0; /* the last address of all */
                return;
            }
        }
        if (lasts)
            return;
        memcpy(next, top->first, sizeof(next));
        open->count--;
        if (open->count > 0 && memcmp(open->items[open->count - 1].first, next, len) < 0)
            memcpy(open->items[open->count - 1].first, next, sizeof(next));
    }
}

void layer_flatten(struct layer *layer)
{
    struct layer flat = {.date_s = layer->date_s};
    struct open_spans open = {0};

    if (layer->count > 0)
        qsort(layer->spans, layer->count, sizeof(*layer->spans), compare);
    for (size_t i = 0; i < layer->count; i++) {
        const struct range_span *span = &layer->spans[i];
        bool other = open.count > 0 && open.items[0].family != span->family;
        close_before(&open, other ? NULL : span->first, &flat);
        open_span(&open, span);
    }
    close_before(&open, NULL, &flat);
    free(open.items);
    free(layer->spans);
    *layer = flat;
}
