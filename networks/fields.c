/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/fields.h"

#include <stddef.h>
#include <string.h>

char *fields_next_line(char **text)
{
    char *line = *text;
    size_t len = strcspn(line, "\n");

    if (*line == '\0')
        return NULL;
    *text = line + len + (line[len] == '\n');
    if (len > 0 && line[len - 1] == '\r')
        line[len - 1] = '\0';
    line[len] = '\0';
    return line;
}

/* Removes the quotes in place; returns the text after the field. */
static char *unquote(char *field)
{
    char *to = field, *from = field + 1;

    while (*from != '\0') {
        if (*from == '"' && from[1] != '"')
            break;
        from += *from == '"';
        *to++ = *from++;
    }
    from += *from == '"';
    if (to < from)
        *to = '\0'; /* can't hit the text after it: at least the first quote is gone */
    return from;
}

unsigned fields_split(char *line, char **fields, unsigned max)
{
    char separator = strchr(line, '\t') != NULL ? '\t' : ',';
    unsigned count = 0;

    while (count < max) {
        char *end;
        fields[count++] = line;
        end = separator == ',' && *line == '"' ? unquote(line) : line;
        end = count < max ? strchr(end, separator) : NULL;
        if (end == NULL)
            break;
        *end = '\0';
        line = end + 1;
    }
    return count;
}

bool fields_is_country(const char *text)
{
    return strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' &&
           text[1] <= 'Z' && strcmp(text, "ZZ") != 0 && strcmp(text, "XX") != 0;
}
