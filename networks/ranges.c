/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/ranges.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "networks/fields.h"

enum { FIELDS_MAX = 8 };

static bool read_number(const char *text, uint32_t *number)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end != '\0' || value > UINT32_MAX)
        return false;
    *number = (uint32_t)value;
    return true;
}

/* An address, or an IPv4 address as a number. */
static bool read_end(const char *text, struct addr *addr)
{
    uint32_t number;

    if (addr_parse(text, addr))
        return true;
    if (!read_number(text, &number))
        return false;
    *addr = (struct addr){.family = ADDR_IPV4,
                          .bytes = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                    (uint8_t)(number >> 8), (uint8_t)number}};
    return true;
}

/* Two capitals of ISO 3166; the others ("??", "ZZ", "None", "A1") are no country. */
static void take_country(const char *text, struct range_facts *said)
{
    if (fields_is_country(text))
        memcpy(said->country, text, sizeof(said->country));
}

static bool take_rest(struct source_reading *reading, char *const *fields, unsigned count,
                      struct range_facts *said)
{
    unsigned at = 3;

    if (count == 3 && !read_number(fields[2], &said->asn)) {
        take_country(fields[2], said);
        return true;
    }
    if (!read_number(fields[2], &said->asn))
        return false;
    if (count == 5)
        take_country(fields[at++], said);
    /* ip2asn: AS 0 is "Not routed" */
    if (count > at && said->asn != 0)
        said->name = facts_text(reading->facts, fields[at], strlen(fields[at]));
    return true;
}

/* Tor's header tells when the data were made: "# Generated: Thu, 25 Jun 2026 04:33:59 GMT". */
static void take_comment(struct source_reading *reading, const char *line)
{
    const char *date = strstr(line, "Generated: ");
    struct tm day = {0};

    if (date != NULL && strptime(date, "Generated: %a, %d %b %Y %H:%M:%S", &day) != NULL)
        reading->layer->date_s = (uint64_t)timegm(&day);
}

static bool read_line(struct source_reading *reading, char *line, unsigned number)
{
    struct range_facts said = source_facts(reading);
    char *fields[FIELDS_MAX];
    unsigned count = fields_split(line, fields, FIELDS_MAX);
    struct addr first, last;

    if (count < 3 || !read_end(fields[0], &first) || !read_end(fields[1], &last) ||
        !take_rest(reading, fields, count, &said))
        return source_fault(reading,
                            "line %u: must be a first and a last address, and a country or an AS "
                            "number",
                            number);
    if (first.family != last.family || memcmp(first.bytes, last.bytes, ADDR_BYTES_LEN) > 0)
        return source_fault(reading, "line %u: the last address is before the first", number);
    if (said.asn != 0 || said.country[0] != '\0')
        layer_add(reading->layer, reading->facts, &first, &last, &said, 0);
    return true;
}

bool read_ranges(struct source_reading *reading, char *text, size_t len)
{
    unsigned number = 0;

    (void)len;
    for (char *line; (line = fields_next_line(&text)) != NULL;) {
        number++;
        if (line[0] == '#')
            take_comment(reading, line);
        else if (line[0] != '\0' && !read_line(reading, line, number))
            return false;
    }
    return reading->layer->count > 0 ||
           source_fault(reading, "it has no range with an AS or a country");
}
