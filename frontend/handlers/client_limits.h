/* SPDX-License-Identifier: BSD-2-Clause */
/* What requests cost their client, checks aside (check.h).  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_CLIENT_LIMITS_H
#define PORTLIGHT_FRONTEND_HANDLERS_CLIENT_LIMITS_H

#include "frontend/handlers/request_context.h"

/* The route's price, in units of the client's limit.  False with *problem, and nothing taken, if
 * that many are not left. */
bool client_limits_take(const struct request_context *visit, unsigned units,
                        struct problem *problem);

/* One unit, for what only the handler knows to cost something; false with *problem. */
bool client_limits_take_one(const struct request_context *visit, struct problem *problem);

/* RateLimit-Policy and RateLimit (IETF draft "RateLimit header fields for HTTP") of an answer
 * below /api/; reply_text sets them itself. */
void client_limits_set_headers(const struct request_context *visit);

#endif
