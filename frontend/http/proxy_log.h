/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Warns the operator about proxies in front of the server.  The limits count clients by address,
 * and a proxy that hides the addresses makes all its clients one.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_PROXY_LOG_H
#define PORTLIGHT_FRONTEND_HTTP_PROXY_LOG_H

#include "common/base/log.h"
#include "common/net/prefix.h"

/* Zeroed at first. */
struct proxy_log {
    uint64_t hidden_ns, unknown_ns; /* when each warning was last logged; 0: never */
    struct log_limit refused;
};

/* Who sent a request, and whether it had X-Forwarded-For or Forwarded. */
struct proxy_log_request {
    const struct addr *peer;
    bool is_proxy; /* is it trusted? */
    bool names_client;
};

/* Logs, at most once a minute, that a trusted proxy names no client, or that something which may be
 * a proxy (it has no public address) names one but is not trusted. */
void proxy_log_request(struct proxy_log *log, const struct proxy_log_request *request,
                       uint64_t now_ns);

/* Logs, at most once a second, why a proxy's statement about its client was refused. */
void proxy_log_refused(struct proxy_log *log, const struct addr *peer, const char *why,
                       uint64_t now_ns);

#endif
