/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer of several places: a section for each port, differing ones first, with an explanation
 * and a row with a strip for each place.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_PLACES_H
#define PORTLIGHT_FRONTEND_PAGE_PLACES_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"

/* For a result with places.  Until every place has answered, ports are in the order of the request,
 * and the others show as pending. */
void places_append(struct strbuf *buf, enum language language, const struct result *result);

/* Only the rows of one place, each with its id. */
void places_append_one(struct strbuf *buf, enum language language, const struct result *result,
                       unsigned index);

/* The state of the target's n-th port in one word, or "differs" if the places differ; also for a
 * result without places.  In English, static. */
const char *places_word(const struct result *result, const struct result_target *target,
                        unsigned port_index);

#endif
