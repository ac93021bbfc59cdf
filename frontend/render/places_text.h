/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about several places, for people.  Pure but for malloc; the daemon and the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_RENDER_PLACES_TEXT_H
#define PORTLIGHT_FRONTEND_RENDER_PLACES_TEXT_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/comparison.h"

/* "Open from Frankfurt, filtered from Virginia: whoever drops it looks at the source address."
 * The caller's to free; NULL without memory. */
char *places_text_summary(enum language language, const struct result *result,
                          const struct comparison *comparison);

/* Why a place has no answer, as a sentence; NULL if it has. */
const char *places_text_status(enum language language, const struct place_answer *answer);

#endif
