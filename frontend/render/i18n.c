/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/i18n.h"

#include <string.h>

static const struct {
    const char *tag;
    const struct phrase *phrases;
} languages[LANGUAGE_COUNT] = {
    [ENGLISH] = {"en", NULL},
    [GERMAN] = {"de", language_german},
};

const char *language_tag(enum language language)
{
    return languages[language].tag;
}

const char *tr(enum language language, const char *english)
{
    const struct phrase *phrase = languages[language].phrases;

    for (; phrase != NULL && phrase->english != NULL; phrase++)
        if (strcmp(phrase->english, english) == 0)
            return phrase->other;
    return english;
}
