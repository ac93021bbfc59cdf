/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts in the client's language.  English stands in the code; a table for each other
 * language translates it, and what is missing there stays English.  Pure; the daemon, and the
 * command line in English.
 */
#ifndef PORTLIGHT_FRONTEND_I18N_I18N_H
#define PORTLIGHT_FRONTEND_I18N_I18N_H

#include "common/net/addr.h"

enum language { ENGLISH = 0, GERMAN, LANGUAGE_COUNT };

/* "en", "de". */
const char *language_tag(enum language language);

/* The text in this language, by a search of some ten comparisons. */
const char *tr(enum language language, const char *text);

/* An address as visitors may see it (addr_format_shown), "private" in this language. */
void tr_addr(enum language language, const struct addr *addr, char text[static ADDR_TEXT_LEN]);

/* "23.1 ms", "0.314 ms", "23,1 ms": a time as the language writes it, to a microsecond below one
 * millisecond and to a tenth of one above. */
enum { TIME_TEXT_LEN = 32 };
void tr_time(enum language language, uint64_t ns, char text[static TIME_TEXT_LEN]);

/* A language's tables, each ends with a NULL: i18n_de.c (verdicts, problems, warnings),
 * i18n_de_page.c, i18n_de_words.c (evidence, explanations, networks), i18n_de_service.c
 * (inspections). */
struct phrase {
    const char *english, *other;
};
extern const struct phrase language_german[], language_german_page[], language_german_words[],
    language_german_service[];
#define LANGUAGE_GERMAN_TABLES                                                                \
    {                                                                                         \
        language_german, language_german_page, language_german_words, language_german_service \
    }

/* All of a language, in the order of the English texts; none of English. */
unsigned language_phrase_count(enum language language);
const struct phrase *language_phrase(enum language language, unsigned index);

#endif
