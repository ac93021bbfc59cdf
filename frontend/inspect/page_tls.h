/* SPDX-License-Identifier: BSD-2-Clause */
/* The page at /tls: a form, and below it the answer or the problem.  Pure but for malloc; the
 * daemon.  Its own part of the HTML is www/tls.html. */
#ifndef PORTLIGHT_FRONTEND_INSPECT_PAGE_TLS_H
#define PORTLIGHT_FRONTEND_INSPECT_PAGE_TLS_H

#include "frontend/model/inspected.h"
#include "frontend/model/tls_request.h"
#include "frontend/page/page.h"

/* Everything may be NULL but the frame: then the page is the form alone. */
struct page_tls {
    const struct page *frame;      /* head and foot, policy, visitor, language */
    char typed[REQUEST_TYPED_LEN]; /* the host */
    const struct tls_request *asked;
    const struct inspected *inspected;
    const struct problem *problem;
};

/* The whole document, for the caller to free; NULL when there is no memory. */
char *page_tls_render(const struct page_tls *page);

#endif
