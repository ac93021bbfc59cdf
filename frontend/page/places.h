/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer of several places: a section for each port, those that differ first, with a sentence
 * why, and a row for each place with its strip.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_PLACES_H
#define PORTLIGHT_FRONTEND_PAGE_PLACES_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"

/* Of a result with places.  Until all have told, ports stand in the order of the question, and
 * places without an answer are being asked. */
void places_append(struct strbuf *buf, enum language language, const struct result *result);

/* The rows of one of them, each with its id. */
void places_append_one(struct strbuf *buf, enum language language, const struct result *result,
                       unsigned index);

/* The state of the target's n-th port in a word, "differs" if the places do; also of a result
 * without places.  In English, static. */
const char *places_word(const struct result *result, const struct result_target *target,
                        unsigned port_index);

#endif
