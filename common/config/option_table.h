/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A command line as a table: the options.def of a program has a row for each option.  From it come
 * the usage, the arrays for getopt_long, and (scripts/generate-config) the manual page and the
 * completions.  An edge: getopt keeps its state in globals.
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
    unsigned shown; /* bits of enum option_shown; 0: not in the usage */
    enum option_value value;
    const char *argument; /* "FILE"; NULL with OPTION_NONE */
    unsigned long min, max;
    const char *unit; /* of a number */
    const char *help; /* its line in --help */
    bool kept;        /* store it in the member of struct options at this offset */
    size_t offset;
};

struct option_table {
    const struct option_row *rows;
    size_t count; /* up to OPTION_ROWS_MAX */
};

enum { OPTION_ROWS_MAX = 32, OPTION_END = -1, OPTION_WRONG = -2 };

/* The kinds of values in an options.def. */
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

/* Goes after one of the above: the option is only stored, in this member of struct options: a bool,
 * a uint32_t (OPTION_NUMBER) or a const char *. */
#define KEPT(member) , .kept = true, .offset = offsetof(struct options, member)

/* The row of the next option (its value is in optarg), OPTION_END, or OPTION_WRONG after getopt has
 * printed what is wrong. */
int option_table_next(const struct option_table *table, int argc, char **argv);

/* Prints the options for --help, one per line: "  -c, --config FILE   read this ...". */
void option_table_help(const struct option_table *table, FILE *to);

/* Prints "usage: PROGRAM [-c FILE] ... OPERANDS" in lines of up to 80 columns. */
void option_table_usage(const struct option_table *table, FILE *to, const char *program,
                        const char *operands);

#endif
