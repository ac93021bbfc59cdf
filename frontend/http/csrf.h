/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protection against cross-site request forgery and DNS rebinding: a page of another site must not
 * make its clients' browsers probe.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_CSRF_H
#define PORTLIGHT_FRONTEND_HTTP_CSRF_H

#include "common/config/config.h"
#include "frontend/http/server.h"

/* Did a page of another site cause this request?  Decided by Fetch Metadata (Sec-Fetch-*), or
 * without it by Origin, or by Referer for requests other than page loads.  Following a link to a
 * page of ours is allowed.  Programs other than browsers send none of these headers, and so
 * pass. */
bool csrf_is_cross_site(const struct exchange *exchange);

/* Is this a browser on plain HTTP that does not show that one of our pages made the request?
 * Requests without a Referer look like this: from a page of another site that suppresses it, a
 * typed address, a bookmark.  Our own pages let browsers send it (Referrer-Policy: same-origin). */
bool csrf_is_unproven(const struct exchange *exchange);

/* Does Host name this server?  An address or "localhost" always does, because DNS rebinding needs a
 * name.  Any other name must be in `names`.  An empty list allows all names, and a request without
 * Host (HTTP/1.0) is always allowed. */
bool csrf_knows_host(const struct exchange *exchange, const struct config_strings *names);

#endif
