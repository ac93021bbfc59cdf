/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for len more bytes and the NUL. */
static bool reserve(struct strbuf *buf, size_t len)
{
    size_t wanted = buf->len + len + 1;
    size_t capacity = buf->capacity > 0 ? buf->capacity : 256;
    char *text;

    if (buf->failed)
        return false;
    if (wanted <= buf->capacity)
        return true;
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

void strbuf_append_n(struct strbuf *buf, const char *data, size_t len)
{
    if (!reserve(buf, len))
        return;
    memcpy(buf->text + buf->len, data, len);
    buf->len += len;
    buf->text[buf->len] = '\0';
}

void strbuf_append(struct strbuf *buf, const char *text)
{
    strbuf_append_n(buf, text, strlen(text));
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
    va_list arguments, again;
    int len;

    va_start(arguments, format);
    va_copy(again, arguments);
    len = vsnprintf(NULL, 0, format, arguments);
    if (len < 0)
        buf->failed = true;
    else if (reserve(buf, (size_t)len))
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
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': strbuf_append(buf, "&amp;"); break;
        case '<': strbuf_append(buf, "&lt;"); break;
        case '>': strbuf_append(buf, "&gt;"); break;
        case '"': strbuf_append(buf, "&quot;"); break;
        case '\'': strbuf_append(buf, "&#39;"); break;
        default: strbuf_append_n(buf, text, 1); break;
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
