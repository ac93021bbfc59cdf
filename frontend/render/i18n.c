/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/i18n.h"

#include <stdio.h>
#include <string.h>

static const struct phrase *const english[] = {NULL};
static const struct phrase *const german[] = {language_german_page, language_german,
                                              language_german_words, NULL};

static const struct {
    const char *tag;
    const struct phrase *const *tables;
} languages[LANGUAGE_COUNT] = {
    [ENGLISH] = {"en", english},
    [GERMAN] = {"de", german},
};

const char *language_tag(enum language language)
{
    return languages[language].tag;
}

const struct phrase *const *language_tables(enum language language)
{
    return languages[language].tables;
}

const char *tr(enum language language, const char *text)
{
    for (const struct phrase *const *table = languages[language].tables; *table != NULL; table++)
        for (const struct phrase *phrase = *table; phrase->english != NULL; phrase++)
            if (strcmp(phrase->english, text) == 0)
                return phrase->other;
    return text;
}

void tr_addr(enum language language, const struct addr *addr, char text[static ADDR_TEXT_LEN])
{
    char shown[ADDR_TEXT_LEN];

    addr_format_shown(addr, shown);
    snprintf(text, ADDR_TEXT_LEN, "%s", addr_is_unspecified(addr) ? tr(language, shown) : shown);
}
