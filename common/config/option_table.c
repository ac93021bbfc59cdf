/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/config/option_table.h"

#include <getopt.h>
#include <stdbool.h>
#include <string.h>

enum { LONG_BASE = 256, HELP_COLUMN = 26, LINE_MAX_LEN = 80, ITEM_LEN = 128 };

int option_table_next(const struct option_table *table, int argc, char **argv)
{
    struct option names[OPTION_ROWS_MAX + 1] = {0};
    char letters[2 * OPTION_ROWS_MAX + 1], *end = letters;
    int option;

    for (size_t i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];
        int has = row->value == OPTION_NONE ? no_argument : required_argument;
        names[i] = (struct option){row->name, has, NULL, LONG_BASE + (int)i};
        if (row->letter == '\0')
            continue;
        *end++ = row->letter;
        if (has == required_argument)
            *end++ = ':';
    }
    *end = '\0';
    option = getopt_long(argc, argv, letters, names, NULL);
    if (option == -1)
        return OPTION_END;
    if (option >= LONG_BASE)
        return option - LONG_BASE;
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].letter == option)
            return (int)i;
    return OPTION_WRONG;
}

struct usage {
    FILE *to;
    size_t column, indent;
};

/* A word of the usage, on a new line if this one is full. */
static void put(struct usage *usage, const char *item)
{
    size_t len = strlen(item);

    if (usage->column + 1 + len > LINE_MAX_LEN) {
        fprintf(usage->to, "\n%*s", (int)usage->indent, "");
        usage->column = usage->indent;
    }
    fprintf(usage->to, " %s", item);
    usage->column += 1 + len;
}

/* Adds "-c FILE" to an item, behind a bar if it is an alternative. */
static void add(char item[static ITEM_LEN], const struct option_row *row)
{
    size_t len = strlen(item);
    const char *bar = row->value == OPTION_NONE ? "|" : " | ";
    const char letter[] = {row->letter, '\0'};
    bool by_letter = (row->shown & OPTION_BY_LETTER) != 0;

    snprintf(item + len, ITEM_LEN - len, "%s%s%s%s%s", (row->shown & OPTION_OR) != 0 ? bar : "[",
             by_letter ? "-" : "--", by_letter ? letter : row->name,
             row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
}

void option_table_usage(const struct option_table *table, FILE *to, const char *program,
                        const char *operands)
{
    struct usage usage = {to, 0, 0};

    usage.indent = (size_t)fprintf(to, "usage: %s", program);
    usage.column = usage.indent;
    for (size_t i = 0; i < table->count;) {
        char item[ITEM_LEN] = "";
        if (table->rows[i].shown == 0) {
            i++;
            continue;
        }
        do
            add(item, &table->rows[i++]);
        while (i < table->count && (table->rows[i].shown & OPTION_OR) != 0);
        strncat(item, "]", ITEM_LEN - strlen(item) - 1);
        put(&usage, item);
    }
    for (const char *word = operands; *word != '\0';) {
        char item[ITEM_LEN];
        size_t len = strcspn(word, " ");
        snprintf(item, sizeof(item), "%.*s", (int)len, word);
        put(&usage, item);
        word += len + strspn(word + len, " ");
    }
    fputc('\n', to);
}

void option_table_help(const struct option_table *table, FILE *to)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];
        const char letter[] = {'-', row->letter, ',', ' ', '\0'};
        int len =
            fprintf(to, "  %4s--%s%s%s", row->letter != '\0' ? letter : "", row->name,
                    row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
        fprintf(to, "%*s%s\n", len < HELP_COLUMN ? HELP_COLUMN - len : 1, "", row->help);
    }
}
