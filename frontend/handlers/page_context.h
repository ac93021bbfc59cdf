/* SPDX-License-Identifier: BSD-2-Clause */
/* What a page needs to know of the server and the visit.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_PAGE_CONTEXT_H
#define PORTLIGHT_FRONTEND_HANDLERS_PAGE_CONTEXT_H

#include "frontend/handlers/request_context.h"
#include "frontend/page/page.h"

enum { PAGE_CONTEXT_UP_LEN = 200 };

/* What a struct page points to. */
struct page_context {
    struct request_link link;
    struct page_limits limits;
    struct page_owner owner;
    struct api_place places[PLACES_MAX];
    char origin[PAGE_ORIGIN_LEN], up[PAGE_CONTEXT_UP_LEN];
};

/* The page of this visit, without answer or problem; valid as long as room, visit and request
 * (which may be NULL). */
struct page page_context(const struct request_context *visit, const struct request *request,
                         struct page_context *room);

/* The page of a request that could not be parsed; to be freed, NULL without memory. */
char *page_context_error(const struct router *router, const struct raw_preference *asked,
                         const struct problem *problem);

#endif
