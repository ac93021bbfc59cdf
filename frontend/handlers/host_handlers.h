/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known about a host without sending it a packet.  Lookups, policy and limits apply as for
 * a check.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_HOST_HANDLERS_H
#define PORTLIGHT_FRONTEND_HANDLERS_HOST_HANDLERS_H

#include "frontend/handlers/request_context.h"

/* GET /api/v1/host, and the page /host. */
void handle_host_api(const struct request_context *visit);
void handle_host_page(const struct request_context *visit);

#endif
