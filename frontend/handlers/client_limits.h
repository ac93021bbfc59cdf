/* SPDX-License-Identifier: BSD-2-Clause */
/* Charges clients for their requests; check.h charges for checks.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_CLIENT_LIMITS_H
#define PORTLIGHT_FRONTEND_HANDLERS_CLIENT_LIMITS_H

#include "frontend/handlers/request_context.h"

/* Charges the route's cost, in units of the client's limit.  Returns false with *problem and
 * charges nothing if not enough are left. */
bool client_limits_take(const struct request_context *visit, unsigned units,
                        struct problem *problem);

/* Charges one unit, if only the handler knows that the request costs something; false with
 * *problem. */
bool client_limits_take_one(const struct request_context *visit, struct problem *problem);

/* Sets RateLimit-Policy and RateLimit (IETF draft "RateLimit header fields for HTTP") for an answer
 * below /api/. reply_text does this itself. */
void client_limits_set_headers(const struct request_context *visit);

#endif
