/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/merge.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/cursor.h"
#include "common/base/log.h"

static const struct {
    uint32_t asn;
    const char *provider;
    enum network_kind kind;
} as_providers[] = {
#define AS(number, provider, kind) {number, provider, kind},
#include "networks/asn_providers.def"
#undef AS
};

/* A growing buffer. */
struct block {
    uint8_t *bytes;
    size_t len, room;
    uint32_t count;
};

struct merge {
    const struct merge_input *inputs;
    unsigned input_count;
    struct facts *facts;
    struct intern rows;
    struct block starts[2];               /* IPv4, IPv6 */
    size_t at[NETWORK_TABLE_SOURCES_MAX]; /* per layer: the first span that ends here or later */
};

static uint8_t *grow(struct block *block, size_t len)
{
    if (block->len + len > block->room) {
        block->room = 2 * (block->len + len);
        block->bytes = realloc(block->bytes, block->room);
        if (block->bytes == NULL)
            log_fatal("networks", "out of memory");
    }
    block->len += len;
    return block->bytes + block->len - len;
}

/* --- one range ----------------------------------------------------------------------------- */

static void guess_provider(struct facts *facts, struct range_facts *said)
{
    for (size_t i = 0; said->provider == 0 && i < ARRAY_LEN(as_providers); i++) {
        if (as_providers[i].asn != said->asn)
            continue;
        said->provider =
            facts_text(facts, as_providers[i].provider, strlen(as_providers[i].provider));
        if (said->kind == NETWORK_KIND_UNKNOWN)
            said->kind = (uint8_t)as_providers[i].kind;
        said->origin = NETWORK_ORIGIN_ASN;
    }
}

/* Adds one input's facts where earlier inputs have none, each group as a whole. */
static void add_said(struct range_facts *all, uint8_t from[static 3],
                     const struct range_facts *said, uint8_t input)
{
    if (all->asn == 0 && said->asn != 0) {
        all->asn = said->asn;
        all->name = said->name;
        all->bits = said->bits;
        from[0] = input;
    }
    if (all->country[0] == '\0' && said->country[0] != '\0') {
        memcpy(all->country, said->country, sizeof(all->country));
        from[1] = input;
    }
    if (all->provider == 0 && said->provider != 0) {
        all->provider = said->provider;
        all->region = said->region;
        all->kind = said->kind;
        all->cdn = said->cdn;
        all->origin = said->origin;
        from[2] = input;
    } else if (all->provider == 0 && all->kind == NETWORK_KIND_UNKNOWN &&
               said->kind != NETWORK_KIND_UNKNOWN) {
        all->kind = said->kind;
        from[2] = input;
    }
}

/* Makes the row of a range that these spans cover; NULL: the input has none. */
static uint32_t make_row(struct merge *merge, const struct range_span *const *spans)
{
    uint8_t from[3] = {NETWORK_TABLE_NO_SOURCE, NETWORK_TABLE_NO_SOURCE, NETWORK_TABLE_NO_SOURCE};
    uint8_t bytes[NETWORK_TABLE_ROW_LEN];
    struct writer writer = writer_of(bytes, sizeof(bytes));
    struct range_facts all = {0}, said;
    uint8_t listed_bits = 0;

    for (unsigned i = 0; i < merge->input_count; i++) {
        if (spans[i] == NULL)
            continue;
        memcpy(&said, merge->facts->ranges.bytes + spans[i]->facts, sizeof(said));
        add_said(&all, from, &said, (uint8_t)i);
        if (from[2] == i)
            listed_bits = said.bits;
    }
    if (all.asn == 0 && all.country[0] == '\0' && all.provider == 0 &&
        all.kind == NETWORK_KIND_UNKNOWN)
        return NETWORK_TABLE_NO_ROW;
    guess_provider(merge->facts, &all);
    write_u32(&writer, all.asn);
    write_u32(&writer, all.name);
    write_u32(&writer, all.provider);
    write_u32(&writer, all.region);
    write_bytes(&writer, all.country, sizeof(all.country));
    write_u8(&writer, all.kind);
    write_u8(&writer, all.cdn);
    write_u8(&writer, all.origin);
    write_bytes(&writer, from, sizeof(from));
    write_u8(&writer, all.bits != 0 ? all.bits : listed_bits);
    return intern_put(&merge->rows, bytes, sizeof(bytes)) / NETWORK_TABLE_ROW_LEN;
}

/* --- all ranges of a family ---------------------------------------------------------------- */

static void add_start(struct block *starts, const uint8_t *first, size_t len, uint32_t row)
{
    const size_t step = len + sizeof(row);
    uint8_t bytes[sizeof(row)];
    struct writer writer = writer_of(bytes, sizeof(bytes));
    uint8_t *to;

    write_u32(&writer, row);
    if (starts->len == 0
            ? row == NETWORK_TABLE_NO_ROW
            : memcmp(starts->bytes + starts->len - sizeof(row), bytes, sizeof(row)) == 0)
        return; /* same row as before: the range continues */
    to = grow(starts, step);
    memcpy(to, first, len);
    memcpy(to + len, bytes, sizeof(bytes));
    starts->count++;
}

/* The layer's span that covers the address, or the next one after it. */
static const struct range_span *span_at(struct merge *merge, unsigned i, uint8_t family,
                                        const uint8_t *address, size_t len)
{
    const struct layer *layer = merge->inputs[i].layer;

    for (; merge->at[i] < layer->count; merge->at[i]++) {
        const struct range_span *span = &layer->spans[merge->at[i]];
        if (span->family > family)
            return NULL;
        if (span->family == family && memcmp(span->last, address, len) >= 0)
            return span;
    }
    return NULL;
}

/* Finds the spans that cover the address, and moves it past the range in which they don't change.
 */
static bool step(struct merge *merge, uint8_t family, uint8_t *address, size_t len,
                 struct block *starts)
{
    const struct range_span *covering[NETWORK_TABLE_SOURCES_MAX];
    uint8_t last[ADDR_BYTES_LEN];

    memset(last, 0xff, sizeof(last));
    for (unsigned i = 0; i < merge->input_count; i++) {
        const struct range_span *span = span_at(merge, i, family, address, len);
        uint8_t end[ADDR_BYTES_LEN];
        covering[i] = NULL;
        if (span == NULL)
            continue;
        if (memcmp(span->first, address, len) <= 0) {
            covering[i] = span;
            memcpy(end, span->last, sizeof(end));
        } else {
            memcpy(end, span->first, sizeof(end));
            range_previous(end, len);
        }
        if (memcmp(end, last, len) < 0)
            memcpy(last, end, sizeof(last));
    }
    add_start(starts, address, len, make_row(merge, covering));
    memcpy(address, last, ADDR_BYTES_LEN);
    return range_next(address, len);
}

static void merge_family(struct merge *merge, uint8_t family)
{
    struct block *starts = &merge->starts[family == ADDR_IPV6];
    size_t len = family == ADDR_IPV4 ? 4 : ADDR_BYTES_LEN;
    uint8_t address[ADDR_BYTES_LEN] = {0};

    for (unsigned i = 0; i < merge->input_count; i++)
        merge->at[i] = 0;
    while (step(merge, family, address, len, starts))
        ;
}

/* --- the file ------------------------------------------------------------------------------ */

static void write_sources(struct merge *merge, struct block *out)
{
    for (unsigned i = 0; i < merge->input_count; i++) {
        const struct source *source = merge->inputs[i].source;
        struct writer writer =
            writer_of(grow(out, NETWORK_TABLE_SOURCE_LEN), NETWORK_TABLE_SOURCE_LEN);
        write_u64(&writer, merge->inputs[i].date_s);
        write_u32(&writer, facts_text(merge->facts, source->name, strlen(source->name)));
        write_u32(&writer, facts_text(merge->facts, source->licence, strlen(source->licence)));
        write_u32(&writer,
                  facts_text(merge->facts, source->attribution, strlen(source->attribution)));
    }
}

static void append(struct block *out, const void *bytes, size_t len)
{
    if (len > 0)
        memcpy(grow(out, len), bytes, len);
}

uint8_t *merge_write(const struct merge_input *inputs, unsigned count, struct facts *facts,
                     uint64_t made_s, size_t *len)
{
    struct merge merge = {.inputs = inputs, .input_count = count, .facts = facts};
    struct block source_block = {0}, out = {0};
    struct writer header;

    for (unsigned i = 0; i < count; i++)
        layer_flatten(inputs[i].layer);
    merge_family(&merge, ADDR_IPV4);
    merge_family(&merge, ADDR_IPV6);
    write_sources(&merge, &source_block); /* before the strings: it adds texts */
    header = writer_of(grow(&out, NETWORK_TABLE_HEADER_LEN), NETWORK_TABLE_HEADER_LEN);
    write_bytes(&header, NETWORK_TABLE_MAGIC, NETWORK_TABLE_MAGIC_LEN);
    write_u64(&header, made_s);
    write_u32(&header, count);
    write_u32(&header, (uint32_t)(merge.rows.len / NETWORK_TABLE_ROW_LEN));
    write_u32(&header, merge.starts[0].count);
    write_u32(&header, merge.starts[1].count);
    write_u32(&header, (uint32_t)facts->strings.len);
    append(&out, source_block.bytes, source_block.len);
    append(&out, merge.rows.bytes, merge.rows.len);
    append(&out, merge.starts[0].bytes, merge.starts[0].len);
    append(&out, merge.starts[1].bytes, merge.starts[1].len);
    append(&out, facts->strings.bytes, facts->strings.len);
    free(source_block.bytes);
    free(merge.starts[0].bytes);
    free(merge.starts[1].bytes);
    intern_free(&merge.rows);
    *len = out.len;
    return out.bytes;
}
