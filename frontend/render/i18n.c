/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/i18n.h"

#include <string.h>
#include <strings.h>

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

enum language language_of_header(const char *header)
{
    while (header != NULL && *header != '\0') {
        size_t blanks = strspn(header, ", \t");
        const char *range = header + blanks;
        size_t len = strcspn(range, "-;, \t");
        for (unsigned i = 0; i < LANGUAGE_COUNT; i++)
            if (strlen(languages[i].tag) == len && strncasecmp(range, languages[i].tag, len) == 0)
                return (enum language)i;
        header = range + strcspn(range, ",");
    }
    return ENGLISH;
}

const char *tr(enum language language, const char *english)
{
    const struct phrase *phrase = languages[language].phrases;

    for (; phrase != NULL && phrase->english != NULL; phrase++)
        if (strcmp(phrase->english, english) == 0)
            return phrase->other;
    return english;
}
