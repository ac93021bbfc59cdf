/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/prefixes.h"

#include <string.h>

#include "networks/fields.h"

/* prefix, country, region (ISO 3166-2), city, postal code: RFC 8805 */
enum { FIELD_PREFIX = 0, FIELD_COUNTRY, FIELD_REGION, FIELD_CITY, FIELDS_MAX = 6 };

static bool read_line(struct source_reading *reading, char *line, unsigned number, bool geofeed)
{
    struct range_facts said = source_facts(reading);
    char *fields[FIELDS_MAX];
    unsigned count = fields_split(line, fields, FIELDS_MAX);
    struct prefix prefix;
    enum prefix_error error = prefix_parse(fields[FIELD_PREFIX], &prefix);

    if (error != PREFIX_OK)
        return source_fault(reading, "line %u: \"%.50s\": %s", number, fields[FIELD_PREFIX],
                            prefix_error_text(error));
    if (geofeed && count > FIELD_COUNTRY && fields_is_country(fields[FIELD_COUNTRY]))
        memcpy(said.country, fields[FIELD_COUNTRY], sizeof(said.country));
    if (geofeed && count > FIELD_CITY && fields[FIELD_CITY][0] != '\0')
        said.region = facts_text(reading->facts, fields[FIELD_CITY], strlen(fields[FIELD_CITY]));
    layer_add_prefix(reading->layer, reading->facts, &prefix, &said, 0);
    return true;
}

static bool read_lines(struct source_reading *reading, char *text, bool geofeed)
{
    unsigned number = 0;

    for (char *line; (line = fields_next_line(&text)) != NULL;) {
        number++;
        if (line[0] != '\0' && line[0] != '#' && !read_line(reading, line, number, geofeed))
            return false;
    }
    return reading->layer->count > 0 || source_fault(reading, "it has no prefix");
}

bool read_prefixes(struct source_reading *reading, char *text, size_t len)
{
    (void)len;
    return read_lines(reading, text, false);
}

bool read_geofeed(struct source_reading *reading, char *text, size_t len)
{
    (void)len;
    return read_lines(reading, text, true);
}
