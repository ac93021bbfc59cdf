/* SPDX-License-Identifier: BSD-2-Clause */
/* The operator's numbers, as they are just now.  An edge; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_METRICS_HANDLER_H
#define PORTLIGHT_FRONTEND_HANDLERS_METRICS_HANDLER_H

#include "frontend/handlers/request_context.h"

/* GET /metrics. */
void handle_metrics(const struct request_context *visit);

#endif
