/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a handler gets: the daemon's state and the one request.  An edge; the daemon.
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

/* The daemon's state as the handlers see it; filled by main. */
struct router {
    const struct config *config;
    const struct server *server;      /* of clients */
    const struct conn_count *lookups; /* by client */
    struct checks checks;
    struct metrics metrics;
    struct download_cache *downloads;
    struct sharing *sharing;          /* NULL: there are no other frontends */
    struct inspector_link *inspector; /* NULL: nothing of it shows */
    struct proxy_log proxy_log;
};

/* The forms in which a check can be answered. */
enum router_format {
    API_JSON,
    API_TEXT,
    API_EVENTS,
    API_PAGE,
    API_LIVE /* the page, as it comes */
};

/* One request on its way through the handlers. */
struct request_context {
    struct router *router;
    struct exchange *exchange;
    struct addr visitor;
    enum router_format format;
    bool is_unproven;       /* csrf.h: nobody is probed for it */
    bool wants_page;        /* problems, too: a person reads them */
    bool is_api;            /* below /api/: carries the limit's headers */
    enum language language; /* of pages */
    bool fixed_language;    /* by the path, not by Accept-Language */
};

#endif
