/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the rows of the German tables in the order of their English texts, for i18n.c to search:
 * PHRASE(table, row).  The tables themselves stand in the order of the page, and two words of
 * verdict.def may say the same.  Fails if a text is translated in two ways. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/i18n/i18n.h"

enum { ROWS_MAX = 4096 };

struct row {
    const char *english;
    unsigned table, row;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->english, ((const struct row *)b)->english);
}

int main(void)
{
    static const struct phrase *const tables[] = LANGUAGE_GERMAN_TABLES;
    static struct row rows[ROWS_MAX];
    unsigned count = 0;

    for (unsigned table = 0; table < sizeof(tables) / sizeof(tables[0]); table++)
        for (unsigned row = 0; tables[table][row].english != NULL && count < ROWS_MAX; row++)
            rows[count++] = (struct row){tables[table][row].english, table, row};
    qsort(rows, count, sizeof(rows[0]), by_text);
    for (unsigned i = 0; i < count; i++) {
        if (i > 0 && by_text(&rows[i - 1], &rows[i]) == 0) {
            const struct row *before = &rows[i - 1];
            if (strcmp(tables[before->table][before->row].other,
                       tables[rows[i].table][rows[i].row].other) == 0)
                continue;
            fprintf(stderr, "phrase_order: translated in two ways: %s\n", rows[i].english);
            return 1;
        }
        printf("PHRASE(%u, %u)\n", rows[i].table, rows[i].row);
    }
    return count < ROWS_MAX ? 0 : 1;
}
