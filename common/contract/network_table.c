/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/network_table.h"

#include <string.h>

#include "common/base/cursor.h"

/* Of the first byte of each field. */
enum {
    ROW_NAME = 4,
    ROW_PROVIDER = 8,
    ROW_REGION = 12,
    ROW_COUNTRY = 16,
    ROW_KIND = 18,
    ROW_BITS = 24
};

const char *network_kind_name(enum network_kind kind)
{
    static const char *const names[NETWORK_KIND_COUNT] = {
        NULL, "cdn", "cloud", "hosting", "isp", "mobile",
    };

    return names[kind];
}

static uint32_t u32_at(const uint8_t *bytes)
{
    struct reader reader = reader_of(bytes, sizeof(uint32_t));

    return read_u32(&reader);
}

static uint64_t u64_at(const uint8_t *bytes)
{
    struct reader reader = reader_of(bytes, sizeof(uint64_t));

    return read_u64(&reader);
}

/* --- soundness -------------------------------------------------------------------------- */

static bool are_texts(const struct network_table *table, const uint8_t *offsets, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (u32_at(offsets + i * sizeof(uint32_t)) >= table->strings_len)
            return false;
    return true;
}

static bool is_country(const uint8_t *country)
{
    return (country[0] == 0 && country[1] == 0) ||
           (country[0] >= 'A' && country[0] <= 'Z' && country[1] >= 'A' && country[1] <= 'Z');
}

static bool is_row(const struct network_table *table, const uint8_t *row)
{
    const uint8_t *small = row + ROW_KIND;

    for (unsigned i = 3; i < 6; i++)
        if (small[i] != NETWORK_TABLE_NO_SOURCE && small[i] >= table->source_count)
            return false;
    return are_texts(table, row + ROW_NAME, 3) && is_country(row + ROW_COUNTRY) &&
           small[2] != NETWORK_ORIGIN_CNAME && row[ROW_BITS] <= ADDR_BYTES_LEN * 8;
}

static bool are_starts(const struct network_table *table, const uint8_t *starts, uint32_t count,
                       size_t address_len)
{
    size_t step = address_len + sizeof(uint32_t);

    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *at = starts + i * step;
        uint32_t row = u32_at(at + address_len);
        if (row != NETWORK_TABLE_NO_ROW && row >= table->row_count)
            return false;
        if (i > 0 && memcmp(at - step, at, address_len) >= 0)
            return false;
    }
    return true;
}

static const char *look_at(const struct network_table *table)
{
    if (table->strings_len == 0 || table->strings[0] != '\0' ||
        table->strings[table->strings_len - 1] != '\0')
        return "its texts are not ended";
    for (uint32_t i = 0; i < table->source_count; i++)
        if (!are_texts(table,
                       table->sources + (size_t)i * NETWORK_TABLE_SOURCE_LEN + sizeof(uint64_t), 3))
            return "a source is not as it must be";
    for (uint32_t i = 0; i < table->row_count; i++)
        if (!is_row(table, table->rows + (size_t)i * NETWORK_TABLE_ROW_LEN))
            return "a row is not as it must be";
    if (!are_starts(table, table->ipv4, table->ipv4_count, 4) ||
        !are_starts(table, table->ipv6, table->ipv6_count, ADDR_BYTES_LEN))
        return "its addresses do not ascend, or lead to no row";
    return NULL;
}

const char *network_table_open(struct network_table *table, const void *bytes, size_t len)
{
    struct reader reader = reader_of(bytes, len);
    char magic[NETWORK_TABLE_MAGIC_LEN];
    struct network_table found = {0};
    const uint8_t *at = (const uint8_t *)bytes + NETWORK_TABLE_HEADER_LEN;
    const char *fault;
    uint64_t whole;

    *table = found;
    read_bytes(&reader, magic, sizeof(magic));
    read_skip(&reader, sizeof(uint64_t)); /* when it was made */
    found.source_count = read_u32(&reader);
    found.row_count = read_u32(&reader);
    found.ipv4_count = read_u32(&reader);
    found.ipv6_count = read_u32(&reader);
    found.strings_len = read_u32(&reader);
    if (reader.failed || memcmp(magic, NETWORK_TABLE_MAGIC, sizeof(magic)) != 0)
        return "it is no file of portlight-networks, or of another version";
    /* each at most 2^32 times 24: no overflow */
    whole = NETWORK_TABLE_HEADER_LEN + (uint64_t)found.source_count * NETWORK_TABLE_SOURCE_LEN +
            (uint64_t)found.row_count * NETWORK_TABLE_ROW_LEN +
            (uint64_t)found.ipv4_count * NETWORK_TABLE_IPV4_LEN +
            (uint64_t)found.ipv6_count * NETWORK_TABLE_IPV6_LEN + found.strings_len;
    if (whole != len || found.source_count > NETWORK_TABLE_SOURCES_MAX)
        return "it is cut off, or longer than it says";
    found.sources = at;
    found.rows = found.sources + (size_t)found.source_count * NETWORK_TABLE_SOURCE_LEN;
    found.ipv4 = found.rows + (size_t)found.row_count * NETWORK_TABLE_ROW_LEN;
    found.ipv6 = found.ipv4 + (size_t)found.ipv4_count * NETWORK_TABLE_IPV4_LEN;
    found.strings = (const char *)found.ipv6 + (size_t)found.ipv6_count * NETWORK_TABLE_IPV6_LEN;
    fault = look_at(&found);
    if (fault == NULL)
        *table = found;
    return fault;
}

/* --- lookups ---------------------------------------------------------------------------- */

/* The row of the last start that is not behind the address. */
static uint32_t row_at(const uint8_t *starts, uint32_t count, const struct addr *addr)
{
    size_t address_len = addr_len(addr), step = address_len + sizeof(uint32_t);
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (memcmp(starts + middle * step, addr->bytes, address_len) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? NETWORK_TABLE_NO_ROW : u32_at(starts + (low - 1) * step + address_len);
}

static uint64_t oldest_date(const struct network_table *table, const uint8_t *sources)
{
    uint64_t oldest_s = 0;

    for (unsigned i = 0; i < 3; i++) {
        uint64_t date_s;
        if (sources[i] == NETWORK_TABLE_NO_SOURCE)
            continue;
        date_s = network_table_source(table, sources[i]).date_s;
        if (date_s != 0 && (oldest_s == 0 || date_s < oldest_s))
            oldest_s = date_s;
    }
    return oldest_s;
}

/* 0 says nothing: so does what only a newer portlight-networks has a word for. */
static unsigned known(uint8_t number, unsigned count)
{
    return number < count ? number : 0;
}

bool network_table_find(const struct network_table *table, const struct addr *addr,
                        struct network_row *row)
{
    uint32_t index = NETWORK_TABLE_NO_ROW;
    const uint8_t *at, *small;

    *row = (struct network_row){.name = "", .provider = "", .region = ""};
    if (addr->family == ADDR_IPV4)
        index = row_at(table->ipv4, table->ipv4_count, addr);
    else if (addr->family == ADDR_IPV6)
        index = row_at(table->ipv6, table->ipv6_count, addr);
    if (index == NETWORK_TABLE_NO_ROW)
        return false;
    at = table->rows + (size_t)index * NETWORK_TABLE_ROW_LEN;
    small = at + ROW_KIND;
    row->asn = u32_at(at);
    row->name = table->strings + u32_at(at + ROW_NAME);
    row->provider = table->strings + u32_at(at + ROW_PROVIDER);
    row->region = table->strings + u32_at(at + ROW_REGION);
    memcpy(row->country, at + ROW_COUNTRY, 2);
    row->kind = (enum network_kind)known(small[0], NETWORK_KIND_COUNT);
    row->cdn = (enum network_cdn)known(small[1], NETWORK_CDN_COUNT);
    row->origin = (enum network_origin)known(small[2], NETWORK_ORIGIN_COUNT);
    row->date_s = oldest_date(table, small + 3);
    if (at[ROW_BITS] > 0 && at[ROW_BITS] <= addr_len(addr) * 8)
        row->prefix = (struct prefix){addr_mask(addr, at[ROW_BITS]), at[ROW_BITS]};
    return true;
}

struct network_source network_table_source(const struct network_table *table, uint32_t i)
{
    const uint8_t *at = table->sources + (size_t)i * NETWORK_TABLE_SOURCE_LEN;

    return (struct network_source){
        .date_s = u64_at(at),
        .name = table->strings + u32_at(at + 8),
        .licence = table->strings + u32_at(at + 12),
        .attribution = table->strings + u32_at(at + 16),
    };
}
