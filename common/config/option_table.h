/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A command line as a table: options.def of a program has a row for each option, from
 * which come its usage, what getopt_long wants, the manual page and the completions
 * (scripts/generate-config).  An edge: getopt keeps its place in globals.
 */
#ifndef PORTLIGHT_COMMON_CONFIG_OPTION_TABLE_H
#define PORTLIGHT_COMMON_CONFIG_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum option_value {
    OPTION_NONE = 0,
    OPTION_FILE,
    OPTION_URL,
    OPTION_STATE,
    OPTION_NUMBER,
    OPTION_NAME,
    OPTION_ADDRESS,
    OPTION_PROTOCOL
};

enum option_shown {
    OPTION_BY_NAME = 1,   /* usage shows --name */
    OPTION_BY_LETTER = 2, /* usage shows -l */
    OPTION_OR = 4,        /* an alternative to the row before */
};

struct option_row {
    const char *name;
    char letter;    /* 0: none */
    unsigned shown; /* bits of option_shown; 0: not in the usage */
    enum option_value value;
    const char *argument; /* "FILE"; NULL with OPTION_NONE */
    unsigned long min, max;
    const char *unit; /* of a number */
    const char *help; /* what it is for, in a line of the help */
    bool kept;        /* in the member of struct options at this offset */
    size_t offset;
};

struct option_table {
    const struct option_row *rows;
    size_t count; /* up to OPTION_ROWS_MAX */
};

enum { OPTION_ROWS_MAX = 32, OPTION_END = -1, OPTION_WRONG = -2 };

/* The kinds of value that a row of an options.def can name. */
#define NO_VALUE    .value = OPTION_NONE
#define FILE_NAME   .value = OPTION_FILE, .argument = "FILE"
#define URL         .value = OPTION_URL, .argument = "URL"
#define NAMED       .value = OPTION_NAME, .argument = "NAME"
#define NAMES(word) .value = OPTION_NAME, .argument = (word)
#define ADDRESS     .value = OPTION_ADDRESS, .argument = "ADDRESS"
#define STATES      .value = OPTION_STATE, .argument = "STATES"
#define PROTOCOL    .value = OPTION_PROTOCOL, .argument = "PROTOCOL"
#define COUNT(word, least, most, of) \
    .value = OPTION_NUMBER, .argument = (word), .min = (least), .max = (most), .unit = (of)

/* Behind one of them: the option does nothing but to be kept in this member of struct options, a
 * bool, a uint32_t (OPTION_NUMBER) or a const char *. */
#define KEPT(member) , .kept = true, .offset = offsetof(struct options, member)

/* The row of the next option (its value in optarg), OPTION_END, or OPTION_WRONG after
 * getopt has said what is. */
int option_table_next(const struct option_table *table, int argc, char **argv);

/* The options as --help shows them, a line each: "  -c, --config FILE   read this ...". */
void option_table_help(const struct option_table *table, FILE *to);

/* "usage: PROGRAM [-c FILE] ... OPERANDS", in lines of up to 80 columns. */
void option_table_usage(const struct option_table *table, FILE *to, const char *program,
                        const char *operands);

#endif
