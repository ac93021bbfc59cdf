/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What there is to know of a host without a packet to it.  Names are looked up and addresses judged
 * as for a check, and what it costs counts as one's does.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_HOST_HANDLERS_H
#define PORTLIGHT_FRONTEND_HANDLERS_HOST_HANDLERS_H

#include "frontend/handlers/request_context.h"

/* GET /api/v1/host, and the page /host. */
void handle_host_api(const struct request_context *visit);
void handle_host_page(const struct request_context *visit);

#endif
