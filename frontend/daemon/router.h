/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes a path to its handler.  An edge; the daemon.  Every request passes here: client address,
 * limit, syntax, method, then the handler.
 */
#ifndef PORTLIGHT_FRONTEND_DAEMON_ROUTER_H
#define PORTLIGHT_FRONTEND_DAEMON_ROUTER_H

#include "common/daemon/config.h"
#include "frontend/check/check.h"
#include "frontend/daemon/download_cache.h"
#include "frontend/daemon/metrics.h"
#include "frontend/http/proxy_log.h"
#include "frontend/http/server.h"
#include "frontend/inspector/inspector_link.h"
#include "frontend/render/i18n.h"
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

/* For struct server_setup; context is the struct router. */
extern const struct server_header api_headers[];
void router_handle(void *context, struct exchange *exchange);
void router_handle_operator(void *context, struct exchange *exchange); /* http.metrics-listen */
char *router_error_body(void *context, const struct raw_preference *asked, int *status,
                        const char **type);

/* Answers and ends the exchange.  Takes ownership of text; NULL means that there was no memory, and
 * answers 503. */
void router_reply(const struct request_context *visit, int status, const char *type, char *text);
void router_reply_problem(const struct request_context *visit, const struct problem *problem);

/* Sends one server-sent event (HTML, section 9.2) on a stream that has begun, with a "data:" line
 * for each line of the text.  Frees the text; NULL sends nothing. */
void send_event(const struct request_context *visit, const char *event, char *data);

/* Sets Retry-After if the problem's status has one. */
void router_set_retry_after(const struct request_context *visit, const struct problem *problem);

/* Sets the RateLimit headers, for a reply that does not go through router_reply. */
void router_set_limit_headers(const struct request_context *visit);

#define API_PCAP_PATH "/pcap/"
enum {
    API_PCAP_PATH_LEN = sizeof(API_PCAP_PATH) - 1 + SHARING_OWNER_LEN + DOWNLOAD_CACHE_NAME_LEN
};

/* GET and POST /api/v1/check, / with a check in its query, the stream for the page's script, and
 * the packets of an answer: handlers.c, packet_files.c. */
void router_handle_check(const struct request_context *visit);
void router_handle_page(const struct request_context *visit);
void router_handle_live(const struct request_context *visit);
void router_handle_pcap(const struct request_context *visit);

/* Charges one unit to the client; false with *problem if none is left. */
bool router_take_unit(const struct request_context *visit, struct problem *problem);

/* Keeps the packets of an answer for a while and writes their path; false if there are no packets
 * or no room. */
bool router_keep_packets(const struct request_context *visit, const struct result *result,
                         char path[static API_PCAP_PATH_LEN]);
/* Finds packets for another frontend: a sharing_find_fn whose context is the router. */
const uint8_t *router_find_packets(void *context, const char *name, size_t *len);

/* GET /api/v1/tls and /tls, if there is an inspector: inspect_handlers.c. */
void router_handle_tls(const struct request_context *visit);
void router_handle_tls_page(const struct request_context *visit);
/* Pages that answer no check: page_context.c.  In this order: a problem; the same for a request
 * that could not be parsed (the caller frees it; NULL without memory); a text of www/ with
 * {{names}}; what /problems/ID means (false if there is no such type); redirects from other
 * addresses that people type (false if this is none); the list of documents; security.txt (RFC
 * 9116). */
void router_reply_problem_page(const struct request_context *visit, const struct problem *problem);
char *router_error_page(const struct router *router, const struct raw_preference *asked,
                        const struct problem *problem);
void router_reply_template(const struct request_context *visit, const char *text);
bool router_reply_problem_type(const struct request_context *visit, const char *path);
bool router_redirect(const struct request_context *visit, const char *path);
void router_handle_docs(const struct request_context *visit);
void router_handle_security(const struct request_context *visit);

/* /metrics: router_metrics.c. */
void router_handle_metrics(const struct request_context *visit);

/* GET /probe, which checks a target for Prometheus: probe_handler.c. */
void router_handle_probe(const struct request_context *visit);

/* /host and /api/v1/host, what is known about a host without sending it a packet: host.c.  Lookups,
 * policy and limits apply as for a check. */
void router_handle_host_api(const struct request_context *visit);
void router_handle_host_page(const struct request_context *visit);

#endif
