/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page at /host: whose address is it?  A form that works without JavaScript, and the answer
 * below it.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_HOST_PAGE_H
#define PORTLIGHT_FRONTEND_PAGE_HOST_PAGE_H

#include "frontend/host/host_answer.h"
#include "frontend/page/page.h"

/* answer: NULL for only the form with the page's problem or note.  The caller frees the text; NULL
 * without memory. */
char *host_page_render(const struct page *page, const struct host_answer *answer);

#endif
