/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdict in one line: "is filtered: probably dropped on the way".  Pure but for malloc; the
 * daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_HEADLINE_H
#define PORTLIGHT_FRONTEND_PAGE_HEADLINE_H

#include "common/contract/verdict.h"
#include "frontend/page/fill.h"

/* In English, with placeholders of fill.h.  Static. */
const char *headline_text(const struct verdict *verdict);

/* A symbol such as "✔", because colour alone must never convey a state. */
const char *headline_icon(enum verdict_state state);

#endif
