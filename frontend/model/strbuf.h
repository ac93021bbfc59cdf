/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing text.  Failure is sticky: after an allocation failed, appends do nothing and
 * strbuf_take returns NULL.  Pure but for malloc; only frontend/ uses it.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_STRBUF_H
#define PORTLIGHT_FRONTEND_MODEL_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/compiler.h"

struct strbuf {
    char *text; /* NUL-terminated once anything was appended */
    size_t len, capacity;
    bool failed;
};

void strbuf_append(struct strbuf *buf, const char *text);
void strbuf_append_n(struct strbuf *buf, const char *data, size_t len);
void strbuf_append_char(struct strbuf *buf, char c);
void strbuf_printf(struct strbuf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* The text with its first '#' replaced by the number. */
void strbuf_append_counted(struct strbuf *buf, const char *text, unsigned number);

/* & < > " ' as character references: safe in HTML text and quoted attributes. */
void strbuf_append_html(struct strbuf *buf, const char *text);

/* Returns the text, which the caller frees, and empties the buffer. */
char *strbuf_take(struct strbuf *buf);
void strbuf_free(struct strbuf *buf);

#endif
