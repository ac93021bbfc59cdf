/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to a question, or the problem with it.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_ANSWER_H
#define PORTLIGHT_FRONTEND_PAGE_ANSWER_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

/* The page's result, its problem, its note: what of them there is. */
void answer_append(struct strbuf *buf, const struct page *page);

#endif
