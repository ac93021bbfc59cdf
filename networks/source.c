/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

bool source_fault(struct source_reading *reading, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reading->fault, sizeof(reading->fault), format, arguments);
    va_end(arguments);
    return false;
}

struct range_facts source_facts(struct source_reading *reading)
{
    const struct source *source = reading->source;
    struct range_facts said = {.kind = (uint8_t)source->kind, .cdn = (uint8_t)source->cdn};

    if (source->provider == NULL)
        return said;
    said.provider = facts_text(reading->facts, source->provider, strlen(source->provider));
    said.origin = NETWORK_ORIGIN_LIST;
    return said;
}

uint64_t source_date(const char *text)
{
    struct tm day = {0};
    time_t seconds;
    int end = 0;

    if (sscanf(text, "%4d-%2d-%2d%n", &day.tm_year, &day.tm_mon, &day.tm_mday, &end) != 3 ||
        end != 10)
        return 0;
    day.tm_year -= 1900;
    day.tm_mon -= 1;
    seconds = timegm(&day);
    return seconds > 0 ? (uint64_t)seconds : 0;
}
