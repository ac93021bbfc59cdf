/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks asked over HTTP, and their answers in five forms.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_CHECK_HANDLERS_H
#define PORTLIGHT_FRONTEND_HANDLERS_CHECK_HANDLERS_H

#include "frontend/handlers/request_context.h"

/* GET and POST /api/v1/check. */
void handle_check(const struct request_context *visit);

/* GET /, with or without a check in its query. */
void handle_page(const struct request_context *visit);

/* The same for the page's script: a stream in any case, also to say what is wrong. */
void handle_live(const struct request_context *visit);

#endif
