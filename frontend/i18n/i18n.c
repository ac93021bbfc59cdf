/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/i18n/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"

struct phrase_place {
    uint8_t table;
    uint16_t row;
};

static const struct phrase *const german_tables[] = LANGUAGE_GERMAN_TABLES;

/* By their English texts: scripts/phrase_order.c. */
static const struct phrase_place german_order[] = {
#define PHRASE(table, row) {table, row},
#include "frontend/i18n/phrase_order.inc"
};

const char *language_tag(enum language language)
{
    static const char *const tags[] = {[ENGLISH] = "en", [GERMAN] = "de"};

    return tags[language];
}

unsigned language_phrase_count(enum language language)
{
    return language == GERMAN ? ARRAY_LEN(german_order) : 0;
}

const struct phrase *language_phrase(enum language language, unsigned index)
{
    const struct phrase_place *place = &german_order[index];

    return language == GERMAN ? &german_tables[place->table][place->row] : NULL;
}

static int compare(const void *text, const void *place)
{
    const struct phrase_place *at = place;

    return strcmp(text, german_tables[at->table][at->row].english);
}

const char *tr(enum language language, const char *text)
{
    const struct phrase_place *place =
        language == GERMAN
            ? bsearch(text, german_order, ARRAY_LEN(german_order), sizeof(german_order[0]), compare)
            : NULL;

    return place != NULL ? german_tables[place->table][place->row].other : text;
}

void tr_addr(enum language language, const struct addr *addr, char text[static ADDR_TEXT_LEN])
{
    char shown[ADDR_TEXT_LEN];

    if (!addr_is_unspecified(addr)) {
        addr_format(addr, text);
        return;
    }
    addr_format_shown(addr, shown);
    snprintf(text, ADDR_TEXT_LEN, "%s", tr(language, shown));
}

void tr_time(enum language language, uint64_t ns, char text[static TIME_TEXT_LEN])
{
    char *point;

    snprintf(text, TIME_TEXT_LEN, "%.*f ms", ns < NS_PER_MS ? 3 : 1, (double)ns / 1e6);
    point = strchr(text, '.');
    if (language == GERMAN && point != NULL)
        *point = ',';
}
