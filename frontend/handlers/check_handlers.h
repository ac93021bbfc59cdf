/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks over HTTP, and their answers in five formats.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_CHECK_HANDLERS_H
#define PORTLIGHT_FRONTEND_HANDLERS_CHECK_HANDLERS_H

#include "frontend/handlers/request_context.h"

/* GET and POST /api/v1/check. */
void handle_check(const struct request_context *visit);

/* GET /, with or without a check in its query. */
void handle_page(const struct request_context *visit);

/* The same for the page's script: always a stream, also for problems. */
void handle_live(const struct request_context *visit);

#endif
