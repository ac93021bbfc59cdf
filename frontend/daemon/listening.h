/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where portlightd listens.  An edge; the daemon, while it may still be root.  Each ends the
 * process if there is nowhere to serve.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_LISTENING_H
#define PORTLIGHT_FRONTEND_DAEMON_LISTENING_H

#include "common/config/config_keys.h"
#include "frontend/http/server.h"

/* http.listen, or instead as many sockets as the service manager gave (sd_notify.h). */
void listening_for_clients(struct server *server, const struct config *config, unsigned inherited);

/* http.metrics-listen. */
void listening_for_operator(struct server *server, const struct config *config);

#endif
