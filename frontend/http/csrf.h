/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose page made a browser send a request, and under which name it found this server:
 * a page elsewhere must not make its visitors probe.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_CSRF_H
#define PORTLIGHT_FRONTEND_HTTP_CSRF_H

#include "common/daemon/config.h"
#include "frontend/http/server.h"

/* Another site may link here, and a visitor may follow; it may not make the browser call
 * by itself (Fetch Metadata; without it Origin, or Referer where no person asked for a page
 * to read).  Programs send none of this. */
bool csrf_is_elsewhere(const struct exchange *exchange);

/* Is the server called by a name of its own?  An address and "localhost" always are: a page
 * whose name was bent to our address (DNS rebinding) needs a name.  Without `names` any
 * name is. */
bool csrf_knows_host(const struct exchange *exchange, const struct config_strings *names);

#endif
