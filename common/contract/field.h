/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A table of a struct's members: the type, offset and allowed values of each.  One loop over the
 * table encodes the struct as bytes, another decodes it, others convert it to and from JSON.
 * Pure; every program.
 *
 * Lists of words (enumerations) may grow at their end.  A reader that is older than the writer
 * replaces a number that it doesn't know by the list's fallback.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_FIELD_H
#define PORTLIGHT_COMMON_CONTRACT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader;
struct writer;

/* The words of an enumeration, by number.  names is NULL if only the numbers matter. */
struct words {
    const char *const *names;
    unsigned count;
    unsigned fallback; /* stands for an unknown number; count: unknown numbers are errors */
};

/* NULL for a number outside the list. */
const char *words_name(const struct words *words, unsigned number);

/* The number of a word; the fallback if the list doesn't have it, or if it is NULL. */
unsigned words_find(const struct words *words, const char *word);

enum field_kind {                /* the member's type; its bytes, big-endian */
                  FIELD_U8,      /* uint8_t; 1 */
                  FIELD_U16,     /* count uint16_t; 2 each */
                  FIELD_U32,     /* uint32_t; 4 */
                  FIELD_U64,     /* uint64_t; 8 */
                  FIELD_NUMBER,  /* int16_t; 2.  -1: not known */
                  FIELD_TIME,    /* uint64_t, nanoseconds; 8.  FIELD_NO_TIME: not known */
                  FIELD_ONE_OF,  /* an enumeration without negative numbers; 1 */
                  FIELD_SOME_OF, /* uint64_t, one bit for each word; 8 */
                  FIELD_FLAGS,   /* count bools in a row; 1, the first is the lowest bit */
                  FIELD_ADDRESS, /* struct addr; 1 and 16.  Bytes unused by the family are 0 */
                  FIELD_ADDRESS_OR_NONE, /* the same, or ADDR_NONE */
                  FIELD_BYTES,           /* count bytes */
};

#define FIELD_NO_TIME UINT64_MAX

struct field {
    enum field_kind kind;
    uint16_t offset;
    uint8_t count;             /* FIELD_U16, FIELD_FLAGS, FIELD_BYTES */
    uint16_t least, most;      /* FIELD_U8, FIELD_NUMBER, FIELD_ONE_OF; most 0: no bound */
    const struct words *words; /* FIELD_ONE_OF, FIELD_SOME_OF */
    const char *name;          /* of the JSON member; NULL: it has none of its own */
};

/* The field's length on the wire, in bytes. */
size_t field_len(const struct field *field);

/* Sets the member of *object to "not known": -1, FIELD_NO_TIME, ADDR_NONE, or else zero. */
void field_clear(const struct field *field, void *object);

/* Decodes the member.  False if the value is not allowed; if the reader runs short, it is failed.
 * Unknown words become their list's fallback, unknown bits of FIELD_SOME_OF are cleared. */
bool field_read(const struct field *field, struct reader *reader, void *object);

void field_write(const struct field *field, struct writer *writer, const void *object);

#endif
