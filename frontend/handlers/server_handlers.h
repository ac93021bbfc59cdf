/* SPDX-License-Identifier: BSD-2-Clause */
/* What the server says of itself, its rules and its state.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_SERVER_HANDLERS_H
#define PORTLIGHT_FRONTEND_HANDLERS_SERVER_HANDLERS_H

#include "frontend/handlers/request_context.h"

/* GET /api/v1/me, /ports, /places and /limits. */
void handle_me(const struct request_context *visit);
void handle_ports(const struct request_context *visit);
void handle_places(const struct request_context *visit);
void handle_limits(const struct request_context *visit);

/* GET /healthz: the daemon answers.  /readyz: and can check, or the problem says what is missing.
 */
void handle_health(const struct request_context *visit);
void handle_ready(const struct request_context *visit);

#endif
