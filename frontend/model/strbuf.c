/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool grow(struct strbuf *buf, size_t wanted)
{
    size_t capacity = buf->capacity > 0 ? buf->capacity : 256;
    char *text;

    while (capacity < wanted)
        capacity *= 2;
    text = realloc(buf->text, capacity);
    if (text == NULL) {
        buf->failed = true;
        return false;
    }
    buf->text = text;
    buf->capacity = capacity;
    return true;
}

/* Room for len more bytes and the NUL. */
static inline bool reserve(struct strbuf *buf, size_t len)
{
    size_t wanted = buf->len + len + 1;

    return !buf->failed && (wanted <= buf->capacity || grow(buf, wanted));
}

void strbuf_append_n(struct strbuf *buf, const char *data, size_t len)
{
    if (!reserve(buf, len))
        return;
    memcpy(buf->text + buf->len, data, len);
    buf->len += len;
    buf->text[buf->len] = '\0';
}

void strbuf_append_char(struct strbuf *buf, char c)
{
    if (!reserve(buf, 1))
        return;
    buf->text[buf->len++] = c;
    buf->text[buf->len] = '\0';
}

void strbuf_append(struct strbuf *buf, const char *text)
{
    strbuf_append_n(buf, text, strlen(text));
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
    size_t room;
    va_list arguments, again;
    int len;

    if (!reserve(buf, 0))
        return;
    room = buf->capacity - buf->len;
    va_start(arguments, format);
    va_copy(again, arguments);
    len = vsnprintf(buf->text + buf->len, room, format, arguments);
    if (len < 0)
        buf->failed = true;
    else if ((size_t)len < room)
        buf->len += (size_t)len;
    else if (reserve(buf, (size_t)len)) /* it was truncated: print again */
        buf->len += (size_t)vsnprintf(buf->text + buf->len, (size_t)len + 1, format, again);
    va_end(again);
    va_end(arguments);
}

void strbuf_append_counted(struct strbuf *buf, const char *text, unsigned number)
{
    size_t len = strcspn(text, "#");

    strbuf_append_n(buf, text, len);
    if (text[len] == '#')
        strbuf_printf(buf, "%u%s", number, text + len + 1);
}

void strbuf_append_html(struct strbuf *buf, const char *text)
{
    for (;;) {
        size_t plain = strcspn(text, "&<>\"'");
        strbuf_append_n(buf, text, plain);
        text += plain;
        switch (*text++) {
        case '&': strbuf_append(buf, "&amp;"); break;
        case '<': strbuf_append(buf, "&lt;"); break;
        case '>': strbuf_append(buf, "&gt;"); break;
        case '"': strbuf_append(buf, "&quot;"); break;
        case '\'': strbuf_append(buf, "&#39;"); break;
        default: return;
        }
    }
}

char *strbuf_take(struct strbuf *buf)
{
    char *text = NULL;

    if (reserve(buf, 0)) {
        text = buf->text;
        text[buf->len] = '\0';
    } else {
        free(buf->text);
    }
    *buf = (struct strbuf){0};
    return text;
}

void strbuf_free(struct strbuf *buf)
{
    free(buf->text);
    *buf = (struct strbuf){0};
}
