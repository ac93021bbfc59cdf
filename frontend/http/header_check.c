/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/header_check.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_token(const char *name)
{
    if (*name == '\0')
        return false;
    for (; *name != '\0'; name++)
        if (!isalnum((unsigned char)*name) && strchr("!#$%&'*+-.^_`|~", *name) == NULL)
            return false;
    return true;
}

static bool has_control_byte(const char *value)
{
    for (; *value != '\0'; value++)
        if (((unsigned char)*value < 0x20 && *value != '\t') || *value == 0x7f)
            return true;
    return false;
}

static bool is_number(const char *value)
{
    return *value != '\0' && strspn(value, "0123456789") == strlen(value);
}

static bool is_coding(const struct header_line *line)
{
    return strcasecmp(line->name, "Transfer-Encoding") == 0;
}

static enum header_fault check_line(const struct header_line *line)
{
    if (!is_token(line->name))
        return HEADER_BAD_NAME;
    if (has_control_byte(line->value))
        return HEADER_BAD_VALUE;
    if (is_coding(line) && strcasecmp(line->value, "chunked") != 0)
        return HEADER_BAD_CODING;
    if (strcasecmp(line->name, "Content-Length") == 0 && !is_number(line->value))
        return HEADER_BAD_LENGTH;
    return HEADER_SOUND;
}

enum header_fault header_check(const struct header_line *lines, unsigned count, bool http_1_1)
{
    unsigned hosts = 0, lengths = 0, codings = 0;

    for (unsigned i = 0; i < count; i++) {
        enum header_fault fault = check_line(&lines[i]);
        if (fault != HEADER_SOUND)
            return fault;
        hosts += strcasecmp(lines[i].name, "Host") == 0;
        codings += is_coding(&lines[i]);
        lengths += strcasecmp(lines[i].name, "Content-Length") == 0;
    }
    if (lengths > 1)
        return HEADER_BAD_LENGTH;
    if (hosts > 1 || (hosts == 0 && http_1_1))
        return HEADER_BAD_HOST;
    if (codings == 0)
        return HEADER_SOUND;
    return codings == 1 && lengths == 0 && http_1_1 ? HEADER_CHUNKED : HEADER_BAD_CODING;
}
