/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to a request, or its problem.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_ANSWER_H
#define PORTLIGHT_FRONTEND_PAGE_ANSWER_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

/* Appends the page's result, problem and note, as far as they exist. */
void answer_append(struct strbuf *buf, const struct page *page);

#endif
