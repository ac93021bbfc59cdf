/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page at /: a form that works without JavaScript, and below it the answer
 * or the problem.  Pure but for malloc; the daemon.  The HTML around it is
 * www/index.html.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_PAGE_H
#define PORTLIGHT_FRONTEND_PAGE_PAGE_H

#include "frontend/model/problem.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"
#include "frontend/render/i18n.h"

/* Everything may be NULL but policy and visitor: then the page is the form
 * alone.  What the request holds is shown in the form again as it was typed. */
struct page {
    const struct policy *policy;
    const struct addr *visitor;
    char typed[REQUEST_TYPED_LEN]; /* the host */
    const struct request *request;
    const struct result *result;
    const struct problem *problem;
    const char *pcap_path; /* where the packets can be had for a while */
    enum language language;
    bool fixed_language; /* chosen by the path, not by the browser's wish */
};

/* The whole document, for the caller to free; NULL when there is no memory. */
char *page_render(const struct page *page);

/* The answer or the problem alone, ports without a verdict as "asking"; and one port of
 * it, which has the same id there: to put into a page that is open. */
char *page_render_answer(const struct page *page);
char *page_render_port(enum language language, const struct result *result,
                       const struct result_target *target, unsigned port_index);

#endif
