/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts in the client's language.  English stands in the code; a table for each other
 * language translates it, and what is missing there stays English.  Pure; the daemon, and the
 * command line in English.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_I18N_H
#define PORTLIGHT_FRONTEND_RENDER_I18N_H

#include <stddef.h>

enum language { ENGLISH = 0, GERMAN, LANGUAGE_COUNT };

/* "en", "de". */
const char *language_tag(enum language language);

/* The text in this language. */
const char *tr(enum language language, const char *english);

/* One language's table, ends with a NULL: i18n_de.c. */
struct phrase {
    const char *english, *other;
};
extern const struct phrase language_german[];

#endif
