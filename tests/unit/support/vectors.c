/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/unit/support/vectors.h"

FILE *vectors_open(const char *name)
{
    struct vector head;
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "tests/data/%s", name);
    file = fopen(path, "r");
    if (file == NULL)
        fail_msg("%s: run the tests from the top directory", path);
    assert_true(vectors_next(file, &head));
    return file;
}

bool vectors_next(FILE *file, struct vector *row)
{
    unsigned field = 0;
    size_t len = 0;
    bool quoted = false;
    int c;

    memset(row, 0, sizeof(*row));
    while ((c = getc(file)) != EOF) {
        if (c == '"') {
            int next = quoted ? getc(file) : 0;
            if (quoted && next != '"') {
                quoted = false;
                ungetc(next, file);
                continue;
            }
            if (!quoted) {
                quoted = true;
                continue;
            }
        } else if (!quoted && c == ',' && field + 1 < VECTOR_FIELDS) {
            field++;
            len = 0;
            continue;
        } else if (!quoted && c == '\n') {
            return true;
        } else if (!quoted && c == '\r') {
            continue;
        }
        assert_true(len + 1 < VECTOR_FIELD_LEN);
        row->fields[field][len++] = (char)c;
    }
    return field > 0;
}
