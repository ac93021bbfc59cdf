/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the CSV files in tests/data: up to three fields, quoted as RFC 4180 has it. */
#ifndef PORTLIGHT_VECTORS_H
#define PORTLIGHT_VECTORS_H

#include <stdbool.h>
#include <stdio.h>

enum { VECTOR_FIELDS = 3, VECTOR_FIELD_LEN = 8192 };

struct vector {
    char fields[VECTOR_FIELDS][VECTOR_FIELD_LEN];
};

/* Opens tests/data/NAME and passes over its head; fails the test without it. */
FILE *vectors_open(const char *name);
bool vectors_next(FILE *file, struct vector *row);

#endif
