/* SPDX-License-Identifier: BSD-2-Clause */
/* One target for Prometheus, under the rules of the API.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_PROBE_HANDLER_H
#define PORTLIGHT_FRONTEND_HANDLERS_PROBE_HANDLER_H

#include "frontend/handlers/request_context.h"

/* GET /probe. */
void handle_probe(const struct request_context *visit);

#endif
