/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A struct's members as a table: what each is, where it stands, which values it may have.
 * One loop over such a table writes the struct as bytes, another reads it back, and others
 * make JSON of it.  Pure; all programs.
 *
 * Lists of words (enumerations) may grow at their end.  A reader that is older than the
 * writer takes a number that it doesn't know for the list's fallback.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_FIELD_H
#define PORTLIGHT_COMMON_CONTRACT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader;
struct writer;

/* The words of an enumeration, by number.  names is NULL where only the numbers matter. */
struct words {
    const char *const *names;
    unsigned count;
    unsigned fallback; /* what an unknown number is taken for; count: it is an error */
};

/* NULL for a number outside the list. */
const char *words_name(const struct words *words, unsigned number);

/* The number of a word (may be NULL): the fallback if it is none of the list's. */
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
                  FIELD_ADDRESS, /* struct addr; 1 and 16.  What the family doesn't use is 0 */
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
    const char *name;          /* in JSON; NULL: not a JSON member of its own */
};

/* Bytes of the field on the wire. */
size_t field_len(const struct field *field);

/* Sets the member to "not known": -1, FIELD_NO_TIME, ADDR_NONE, zero otherwise. */
void field_clear(const struct field *field, void *object);

/* Reads the member.  False for a value that it can't have; a short reader stays failed.
 * Unknown words become their list's fallback, unknown bits of FIELD_SOME_OF are cleared. */
bool field_read(const struct field *field, struct reader *reader, void *object);

void field_write(const struct field *field, struct writer *writer, const void *object);

#endif
