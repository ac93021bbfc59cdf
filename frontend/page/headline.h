/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdict in a line: "is filtered: probably dropped on the way".  Pure but for malloc; the
 * daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_HEADLINE_H
#define PORTLIGHT_FRONTEND_PAGE_HEADLINE_H

#include "common/contract/verdict.h"
#include "frontend/page/fill.h"

/* In English, with places of fill.h.  Static. */
const char *headline_text(const struct verdict *verdict);

/* "✔" and so on: a state is never told by colour alone. */
const char *headline_icon(enum verdict_state state);

#endif
