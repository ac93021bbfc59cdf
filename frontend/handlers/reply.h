/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies that all handlers use.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_REPLY_H
#define PORTLIGHT_FRONTEND_HANDLERS_REPLY_H

#include "frontend/handlers/request_context.h"

/* Answers and ends the exchange.  Takes ownership of text; NULL means that there was no memory, and
 * answers 503. */
void reply_text(const struct request_context *visit, int status, const char *type, char *text);

/* The same for a problem, which it counts in the metrics: as a page if the client wants one,
 * otherwise as text or JSON, with Retry-After if its status has one. */
void reply_problem(const struct request_context *visit, const struct problem *problem);

/* Sends one server-sent event (HTML, section 9.2) on a stream that has begun, with a "data:" line
 * for each line of the text.  Frees the text; NULL sends nothing. */
void reply_event(const struct request_context *visit, const char *event, char *data);

/* Sets Retry-After, for a problem that does not go through reply_problem. */
void reply_set_retry_after(const struct request_context *visit, const struct problem *problem);

#endif
