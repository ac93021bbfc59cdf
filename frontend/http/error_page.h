/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libevent itself answers a request that it can't parse; this puts our answer in the place of
 * its page.  An edge; the daemon.  Part of connections.h.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_ERROR_PAGE_H
#define PORTLIGHT_FRONTEND_HTTP_ERROR_PAGE_H

#include "frontend/http/raw_input.h"

struct evbuffer;

/* Returns a complete HTTP response, for the caller to free, in place of a page with this status,
 * for who asked like this.  NULL keeps libevent's. */
typedef char *error_page_fn(void *context, int status, const struct raw_preference *asked);

/* output: all that libevent wrote, before any of it is sent.  request: NULL if not a byte of it is
 * known. */
void error_page_replace(struct evbuffer *output, const struct raw_request *request,
                        error_page_fn *error_page, void *context);

#endif
