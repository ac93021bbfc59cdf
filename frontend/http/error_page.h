/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libevent itself answers a request that it can't parse; this replaces its page with ours.  An
 * edge; the daemon.  Part of connections.h.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_ERROR_PAGE_H
#define PORTLIGHT_FRONTEND_HTTP_ERROR_PAGE_H

#include "frontend/http/raw_input.h"

struct evbuffer;

/* Returns a complete HTTP response to replace libevent's page with this status, suited to the
 * client's preferences.  The caller frees it; NULL keeps libevent's page. */
typedef char *error_page_fn(void *context, int status, const struct raw_preference *asked);

/* output: everything that libevent wrote, none of it sent yet. request: NULL if not a single byte
 * of it was read. */
void error_page_replace(struct evbuffer *output, const struct raw_request *request,
                        error_page_fn *error_page, void *context);

#endif
