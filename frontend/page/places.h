/* SPDX-License-Identifier: BSD-2-Clause */
/* The answers of several places: each port, what differs first, a sentence why, and a row for each
 * place.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_PLACES_H
#define PORTLIGHT_FRONTEND_PAGE_PLACES_H

#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"
#include "frontend/render/i18n.h"

/* Only of a result with places, all of which have told. */
void places_append(struct strbuf *buf, enum language language, const struct result *result);

#endif
