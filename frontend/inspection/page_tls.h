/* SPDX-License-Identifier: BSD-2-Clause */
/* The page at /tls: a form, and below it the answer or the problem.  Pure but for malloc; the
 * daemon.  Its own HTML is www/tls.html. */
#ifndef PORTLIGHT_FRONTEND_INSPECTION_PAGE_TLS_H
#define PORTLIGHT_FRONTEND_INSPECTION_PAGE_TLS_H

#include "frontend/model/inspected.h"
#include "frontend/model/tls_request.h"
#include "frontend/page/page.h"

/* All pointers but frame may be NULL: then the page is only the form. */
struct page_tls {
    const struct page *frame;      /* head and foot, policy, client, language */
    char typed[REQUEST_TYPED_LEN]; /* the host */
    const struct tls_request *asked;
    const struct inspected *inspected;
    const struct problem *problem;
};

/* The whole document.  The caller frees it; NULL without memory. */
char *page_tls_render(const struct page_tls *page);

#endif
