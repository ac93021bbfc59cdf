/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader of portlight-networks and what it makes of a text. */
#ifndef PORTLIGHT_TESTS_UNIT_SUPPORT_SOURCE_TEXT_H
#define PORTLIGHT_TESTS_UNIT_SUPPORT_SOURCE_TEXT_H

#include <string.h>

#include "networks/source.h"

static struct facts facts;
static struct layer layer;
static struct source_reading reading;

/* The reader's answer; end_reading follows in any case. */
static inline bool read_text(source_reader *reader, char *text)
{
    static const struct source source = {.name = "test"};

    facts_init(&facts);
    layer = (struct layer){0};
    reading = (struct source_reading){.source = &source, .facts = &facts, .layer = &layer};
    return reader(&reading, text, strlen(text));
}

/* What was said of a range, in the order of the text. */
static inline const struct range_facts *said_of(unsigned span)
{
    return (const struct range_facts *)(const void *)(facts.ranges.bytes + layer.spans[span].facts);
}

/* The text at an offset that a fact names. */
static inline const char *text_at(uint32_t offset)
{
    return (const char *)facts.strings.bytes + offset;
}

static inline void end_reading(void)
{
    layer_free(&layer);
    facts_free(&facts);
}

#endif
