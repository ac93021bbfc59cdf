/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an inspection means, in sentences, and in lines of plain text.  Pure but for malloc; the
 * daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_INSPECTION_TEXT_H
#define PORTLIGHT_FRONTEND_RENDER_INSPECTION_TEXT_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/inspected.h"
#include "frontend/model/strbuf.h"

enum { INSPECTION_SENTENCE_LEN = 1024 };

/* The fact of a problem, and the next step. */
void inspection_fact(enum language language, const struct inspection_subject *subject,
                     const struct inspection_problem *problem,
                     char text[static INSPECTION_SENTENCE_LEN]);
void inspection_next_step(enum language language, const struct inspection_subject *subject,
                          const struct inspection_problem *problem,
                          char text[static INSPECTION_SENTENCE_LEN]);

/* What was found, in a sentence: the first problem's if it is one, else that all is well. */
void inspection_headline(enum language language, const struct inspection_subject *subject,
                         char text[static INSPECTION_SENTENCE_LEN]);

/* Whole days until the certificate ends, rounded down; negative when it has. */
int inspection_days_left(const struct inspection *inspection);

/* "yes", "no" or "unknown": does a program answer? */
const char *inspection_answered_word(const struct inspection *inspection);

/* That in a line, and one for each problem, below a port's. */
void inspection_append_service(struct strbuf *buf, const struct inspection_subject *subject);

/* A line for each address, and one for each problem; for the caller to free, NULL without
 * memory. */
char *inspection_lines(const struct inspected *inspected);

/* The sentences of a problem in English, to see whether they are translated. */
const char *inspection_fact_format(unsigned id);
const char *inspection_next_step_format(unsigned id);

/* Of a port that is not open; for tr(). */
const char *inspection_not_open_text(void);

#endif
