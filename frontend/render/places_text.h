/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about several places, for people.  Pure but for malloc; the daemon and the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_RENDER_PLACES_TEXT_H
#define PORTLIGHT_FRONTEND_RENDER_PLACES_TEXT_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/comparison.h"

/* "Open from Frankfurt, filtered from Virginia: a filter looks at the source address."  The caller
 * frees it; NULL without memory. */
char *places_text_summary(enum language language, const struct result *result,
                          const struct comparison *comparison);

/* A sentence on why a place has no answer; NULL if it has one. */
const char *places_text_status(enum language language, const struct place_answer *answer);

#endif
