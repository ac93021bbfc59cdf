/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a path to its handler.  An edge; the daemon.  Every request passes here: client
 * address, limit, sound syntax, method, then a handler.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_ROUTER_H
#define PORTLIGHT_FRONTEND_DAEMON_ROUTER_H

#include "frontend/handlers/request_context.h"

/* What the server needs; context is the struct router. */
extern const struct server_header api_headers[];
void router_handle(void *context, struct exchange *exchange);
void router_handle_operator(void *context, struct exchange *exchange); /* http.metrics-listen */
char *router_error_body(void *context, const struct raw_preference *asked, int *status,
                        const char **type);

#endif
