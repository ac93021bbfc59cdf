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

bool header_check(const struct header_line *lines, unsigned count, bool http_1_1)
{
    unsigned hosts = 0, lengths = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!is_token(lines[i].name) || has_control_byte(lines[i].value) ||
            strcasecmp(lines[i].name, "Transfer-Encoding") == 0)
            return false;
        if (strcasecmp(lines[i].name, "Host") == 0)
            hosts++;
        if (strcasecmp(lines[i].name, "Content-Length") == 0) {
            lengths++;
            if (!is_number(lines[i].value))
                return false;
        }
    }
    return lengths <= 1 && hosts <= 1 && (hosts == 1 || !http_1_1);
}
