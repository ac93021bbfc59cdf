/* SPDX-License-Identifier: BSD-2-Clause */
/* Inspections asked over HTTP, where there is an inspector.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_INSPECT_HANDLERS_H
#define PORTLIGHT_FRONTEND_HANDLERS_INSPECT_HANDLERS_H

#include "frontend/handlers/request_context.h"

/* GET /api/v1/tls, and the page /tls. */
void handle_tls(const struct request_context *visit);
void handle_tls_page(const struct request_context *visit);

#endif
