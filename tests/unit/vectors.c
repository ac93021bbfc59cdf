/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/vectors.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

/* Cuts one field off the line (RFC 4180) and returns what is behind it. */
static char *cut_field(char *at, const char **field)
{
    char *out = at;
    int quoted = *at == '"';

    *field = at;
    if (quoted)
        at++;
    while (*at != '\0' && *at != '\n' && *at != '\r' && (quoted || *at != ',')) {
        if (quoted && *at == '"') {
            if (at[1] != '"') {
                at++;
                break;
            }
            at++;
        }
        *out++ = *at++;
    }
    if (*at != '\0')
        at++;
    *out = '\0';
    return at;
}

unsigned vectors_each(const char *path, void (*visit)(const struct vector *vector))
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    struct vector vector = {0};

    if (file == NULL)
        fail_msg("cannot open %s", path);
    while (getline(&line, &capacity, file) > 0) {
        char *at = line;

        for (int i = 0; i < VECTOR_FIELDS; i++)
            at = cut_field(at, &vector.fields[i]);
        if (vector.line++ > 0)
            visit(&vector);
    }
    free(line);
    fclose(file);
    return vector.line - 1;
}

static uint32_t read_hex4(const char *text)
{
    char digits[5] = {0};

    memcpy(digits, text, 4);
    return (uint32_t)strtoul(digits, NULL, 16);
}

static size_t encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

/* Reads \uXXXX, or both halves of a surrogate pair. */
static uint32_t read_unicode_escape(const char **text)
{
    uint32_t code = read_hex4(*text + 2), low;

    *text += 6;
    if (code >= 0xd800 && code < 0xdc00 && (*text)[0] == '\\' && (*text)[1] == 'u') {
        low = read_hex4(*text + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            *text += 6;
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return code;
}

size_t vectors_unescape(const char *text, char *out, size_t out_len)
{
    static const char escapes[] = "tnrbf", controls[] = "\t\n\r\b\f";
    size_t len = 0;

    while (*text != '\0') {
        assert_true(len + 4 < out_len);
        if (*text != '\\') {
            out[len++] = *text++;
        } else if (text[1] == 'u') {
            len += encode(read_unicode_escape(&text), out + len);
        } else {
            const char *known = strchr(escapes, text[1]);

            out[len++] = known != NULL ? controls[known - escapes] : text[1];
            text += 2;
        }
    }
    return len;
}
