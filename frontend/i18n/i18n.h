/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts in the client's language.  The code has the English texts; each other language has tables
 * that translate them, and missing entries stay English.  Pure; the daemon, and in English the
 * command line.
 */
#ifndef PORTLIGHT_FRONTEND_I18N_I18N_H
#define PORTLIGHT_FRONTEND_I18N_I18N_H

#include "common/net/addr.h"

enum language { ENGLISH = 0, GERMAN, LANGUAGE_COUNT };

/* The language tag: "en", "de". */
const char *language_tag(enum language language);

/* The text in this language, found by binary search.  Static; the argument itself if there is no
 * translation. */
const char *tr(enum language language, const char *text);

/* An address as clients may see it (addr_format_shown), with "private" translated. */
void tr_addr(enum language language, const struct addr *addr, char text[static ADDR_TEXT_LEN]);

/* "23.1 ms", "0.314 ms", "23,1 ms": a time in the language's notation, with microseconds below one
 * millisecond and tenths of a millisecond above. */
enum { TIME_TEXT_LEN = 32 };
void tr_time(enum language language, uint64_t ns, char text[static TIME_TEXT_LEN]);

/* A language's tables, each ended by NULL: i18n_de.c (verdicts, problems, warnings),
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

/* All phrases of a language, sorted by their English texts; English has none. */
unsigned language_phrase_count(enum language language);
const struct phrase *language_phrase(enum language language, unsigned index);

#endif
