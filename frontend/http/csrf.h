/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protection against cross-site request forgery and DNS rebinding: a page of another site
 * must not make its readers' browsers probe.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_CSRF_H
#define PORTLIGHT_FRONTEND_HTTP_CSRF_H

#include "common/config/config.h"
#include "frontend/http/server.h"

/* Did a page of another site cause this request?  By Fetch Metadata (Sec-Fetch-*); without it
 * by Origin, or by Referer for requests other than page loads.  A followed link to a page is
 * none of these.  Programs other than browsers send none of these headers and are never refused. */
bool csrf_is_elsewhere(const struct exchange *exchange);

/* Is this a browser over plain HTTP that does not say that one of our pages made it ask?  Whatever
 * asks for no Referer looks like this: a page of another site, an address typed, a bookmark.  Our
 * pages let browsers send it (Referrer-Policy: same-origin). */
bool csrf_is_unproven(const struct exchange *exchange);

/* Does Host name this server?  An address or "localhost" always does, because DNS rebinding
 * needs a name.  Any other name must be in `names`; an empty list allows all, and so does a request
 * without Host (HTTP/1.0). */
bool csrf_knows_host(const struct exchange *exchange, const struct config_strings *names);

#endif
