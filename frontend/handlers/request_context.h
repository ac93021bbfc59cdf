/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a handler gets: the daemon's state and one request.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_REQUEST_CONTEXT_H
#define PORTLIGHT_FRONTEND_HANDLERS_REQUEST_CONTEXT_H

#include "common/config/config.h"
#include "frontend/check/check.h"
#include "frontend/handlers/download_cache.h"
#include "frontend/handlers/metrics.h"
#include "frontend/http/proxy_log.h"
#include "frontend/http/server.h"
#include "frontend/i18n/i18n.h"
#include "frontend/inspector/inspector_link.h"
#include "frontend/share/sharing.h"

/* The daemon's state for the handlers; main fills it in. */
struct router {
    const struct config *config;
    const struct server *server;      /* for clients */
    const struct conn_count *lookups; /* by client */
    struct checks checks;
    struct metrics metrics;
    struct download_cache *downloads;
    struct sharing *sharing;          /* NULL: this is the only frontend */
    struct inspector_link *inspector; /* NULL: there is none, and no page or API shows it */
    struct proxy_log proxy_log;
};

/* The formats of an answer. */
enum router_format {
    API_JSON,
    API_TEXT,
    API_EVENTS,
    API_PAGE,
    API_LIVE /* the page, streamed as events */
};

/* One request on its way through the handlers. */
struct request_context {
    struct router *router;
    struct exchange *exchange;
    struct addr client;
    enum router_format format;
    bool is_unproven;       /* csrf.h: must not cause a probe */
    bool wants_page;        /* answer problems with a page, too */
    bool is_api;            /* below /api/: the answer carries RateLimit headers */
    enum language language; /* of pages */
    bool fixed_language;    /* set by the path, not by Accept-Language */
};

#endif
