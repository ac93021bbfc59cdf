/* SPDX-License-Identifier: BSD-2-Clause */
/* The CSV files of tests/data, one callback a row.  Tests run from the top of
 * the source tree. */
#ifndef PORTLIGHT_TESTS_VECTORS_H
#define PORTLIGHT_TESTS_VECTORS_H

#include <stddef.h>

enum { VECTOR_FIELDS = 3 };

struct vector {
    unsigned line;
    const char *fields[VECTOR_FIELDS];
};

/* Calls visit for each row behind the header, and returns their number. */
unsigned vectors_each(const char *path, void (*visit)(const struct vector *vector));

/* Decodes the body of a JSON string into out and returns its length in bytes.
 * A lone surrogate becomes the three bytes it would have, which is not UTF-8. */
size_t vectors_unescape(const char *text, char *out, size_t out_len);

#endif
