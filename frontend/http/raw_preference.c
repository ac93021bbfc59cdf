/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/raw_preference.h"

#include <string.h>
#include <strings.h>

static const char get[] = "GET ", api[] = "/api/";

/* The line's value if it has this name, or NULL. */
static const char *value_of(const char *line, const char *name)
{
    size_t len = strlen(name);

    return strncasecmp(line, name, len) == 0 && line[len] == ':' ? line + len + 1 : NULL;
}

static void keep(char *out, size_t out_len, const char *text)
{
    size_t len = strnlen(text, out_len - 1);

    memcpy(out, text, len);
    out[len] = '\0';
}

static void end_line(struct raw_preference *asked)
{
    const char *accepted, *tags;

    asked->line[asked->line_len] = '\0';
    if (asked->later_line) {
        accepted = value_of(asked->line, "Accept");
        tags = value_of(asked->line, "Accept-Language");
        if (accepted != NULL && strcasestr(accepted, "text/html") != NULL)
            asked->wants_html = true;
        if (tags != NULL)
            keep(asked->tags, sizeof(asked->tags), tags);
    }
    asked->ended = asked->later_line && asked->line_len == 0;
    asked->later_line = asked->later_line || asked->line_len > 0;
    asked->line_len = 0;
}

void raw_preference_feed(struct raw_preference *asked, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len && !asked->ended; i++) {
        if (data[i] == '\n') {
            end_line(asked);
            continue;
        }
        if (data[i] == '\r' || asked->line_len == sizeof(asked->line) - 1)
            continue;
        if (!asked->later_line && asked->line_len < sizeof(asked->start) - 1)
            asked->start[asked->line_len] = (char)data[i];
        asked->line[asked->line_len++] = (char)data[i];
    }
}

const char *raw_preference_path(const struct raw_preference *asked)
{
    const char *path = asked->start + strlen(get);

    return strncmp(asked->start, get, strlen(get)) == 0 && *path == '/' ? path : "/";
}

bool raw_preference_is_page(const struct raw_preference *asked)
{
    const char *path = raw_preference_path(asked);

    return strncmp(asked->start, "GET /", 5) == 0 && strncmp(path, api, strlen(api)) != 0 &&
           (asked->wants_html || !asked->later_line);
}
