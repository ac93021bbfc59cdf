/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers that every handler gives.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_REPLY_H
#define PORTLIGHT_FRONTEND_HANDLERS_REPLY_H

#include "frontend/handlers/request_context.h"

/* Answers and ends the exchange.  Takes ownership of text, which may be NULL for lack of memory. */
void reply_text(const struct request_context *visit, int status, const char *type, char *text);

/* The same with a problem, counted: for a person a page, else as text or JSON, with Retry-After
 * where its status has one. */
void reply_problem(const struct request_context *visit, const struct problem *problem);

/* One server-sent event (HTML, section 9.2) on a stream that was begun.  Each line of the text is a
 * line of data; the text is freed, and NULL is no event. */
void reply_event(const struct request_context *visit, const char *event, char *data);

/* Retry-After, for a problem that does not go through reply_problem. */
void reply_set_retry_after(const struct request_context *visit, const struct problem *problem);

#endif
