/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a handler gets: the daemon's state and the one request.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HANDLERS_REQUEST_CONTEXT_H
#define PORTLIGHT_FRONTEND_HANDLERS_REQUEST_CONTEXT_H

#include "common/daemon/config.h"
#include "frontend/check/check.h"
#include "frontend/handlers/download_cache.h"
#include "frontend/handlers/metrics.h"
#include "frontend/http/proxy_log.h"
#include "frontend/http/server.h"
#include "frontend/inspector/inspector_link.h"
#include "frontend/render/i18n.h"
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

/* Answers and ends the exchange.  Takes ownership of text, which may be NULL for lack of memory. */
void router_reply(const struct request_context *visit, int status, const char *type, char *text);
void router_reply_problem(const struct request_context *visit, const struct problem *problem);

/* One server-sent event (HTML, section 9.2) on a stream that was begun.  Each line of the text is a
 * line of data; the text is freed, and NULL is no event. */
void send_event(const struct request_context *visit, const char *event, char *data);

/* Retry-After, where the problem's status has one. */
void router_set_retry_after(const struct request_context *visit, const struct problem *problem);

/* The limit's headers, for a reply that does not go through router_reply. */
void router_set_limit_headers(const struct request_context *visit);

#define API_PCAP_PATH "/pcap/"
enum {
    API_PCAP_PATH_LEN = sizeof(API_PCAP_PATH) - 1 + SHARING_OWNER_LEN + DOWNLOAD_CACHE_NAME_LEN
};

/* GET and POST /api/v1/check, / with a check in its query, the same for the page's script, and
 * the packets of an answer: check_handlers.c. */
void router_handle_check(const struct request_context *visit);
void router_handle_page(const struct request_context *visit);
void router_handle_live(const struct request_context *visit);
void router_handle_pcap(const struct request_context *visit);

/* One unit of the client's limit; false with *problem if it is spent. */
bool router_take_unit(const struct request_context *visit, struct problem *problem);

/* Keeps the packets of an answer for a while; false if there are none, or no room. */
bool router_keep_packets(const struct request_context *visit, const struct result *result,
                         char path[static API_PCAP_PATH_LEN]);
/* For other frontends: a sharing_find_fn whose context is the router. */
const uint8_t *router_find_packets(void *context, const char *name, size_t *len);

/* GET /api/v1/tls and /tls, where there is an inspector: inspect_handlers.c. */
void router_handle_tls(const struct request_context *visit);
void router_handle_tls_page(const struct request_context *visit);
/* Pages that answer no check: page_context.c.  A problem, the same for a request that could not
 * be parsed (to be freed; NULL without memory), a text of www/ with {{names}},
 * other addresses that people type (false if this is none), the list
 * of documents, what /problems/ID means (false if there is no such type), security.txt. */
void router_reply_problem_page(const struct request_context *visit, const struct problem *problem);
char *router_error_page(const struct router *router, const struct raw_preference *asked,
                        const struct problem *problem);
void router_reply_template(const struct request_context *visit, const char *text);
bool router_reply_problem_type(const struct request_context *visit, const char *path);
bool router_redirect(const struct request_context *visit, const char *path);
void router_handle_docs(const struct request_context *visit);
void router_handle_security(const struct request_context *visit);

/* /metrics: metrics_handler.c. */
void router_handle_metrics(const struct request_context *visit);

/* /probe, where Prometheus has a target looked at: probe_handler.c. */
void router_handle_probe(const struct request_context *visit);

/* /host and /api/v1/host, what there is to know of a host without a packet to it: host_handlers.c.  Names
 * are looked up and addresses judged as for a check, and what it costs counts as one's does. */
void router_handle_host_api(const struct request_context *visit);
void router_handle_host_page(const struct request_context *visit);

#endif
