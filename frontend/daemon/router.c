/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/clock.h"
#include "frontend/handlers/check_handlers.h"
#include "frontend/handlers/client_limits.h"
#include "frontend/handlers/host_handlers.h"
#include "frontend/handlers/inspect_handlers.h"
#include "frontend/handlers/metrics_handler.h"
#include "frontend/handlers/packet_files.h"
#include "frontend/handlers/page_context.h"
#include "frontend/handlers/page_handlers.h"
#include "frontend/handlers/probe_handler.h"
#include "frontend/handlers/reply.h"
#include "frontend/handlers/server_handlers.h"
#include "frontend/http/accept.h"
#include "frontend/http/csrf.h"
#include "frontend/http/forwarded.h"
#include "frontend/limits/costs.h"
#include "frontend/model/strbuf.h"
#include "frontend/render/assets.h"
#include "frontend/render/json.h"

/* --- headers ----------------------------------------------------------------------- */

static void append_line(void *context, const char *value)
{
    struct strbuf *lines = context;

    if (lines->len > 0)
        strbuf_append(lines, ",");
    strbuf_append(lines, value);
}

/* All lines of this name as one list (RFC 9110 section 5.3); NULL when there are none. */
static char *header_list(const struct exchange *exchange, const char *name)
{
    struct strbuf lines = {0};

    exchange_each_header(exchange, name, append_line, &lines);
    return lines.text != NULL ? strbuf_take(&lines) : NULL;
}

static bool takes_gzip(const struct exchange *exchange)
{
    char *codings = header_list(exchange, "Accept-Encoding");
    bool takes = accept_coding(codings, "gzip");

    free(codings);
    return takes;
}

enum { CLIENTS = 1, OPERATOR = 2 /* at http.metrics-listen */ };

/* --- the way to them --------------------------------------------------------------- */

enum { GET = 1 << EXCHANGE_GET | 1 << EXCHANGE_HEAD, POST = 1 << EXCHANGE_POST };

struct http_route {
    const char *path;
    unsigned methods;
    unsigned cost;  /* of the visitor's limit */
    bool may_probe; /* another site's page must not make a browser call it */
    unsigned whose; /* OPERATOR alone: the clients', too, if the operator has no address */
    void (*handle)(const struct request_context *visit);
};

static const struct http_route routes[] = {
    {"/", GET, 0, true, CLIENTS, handle_page},
    {"/de", GET, 0, true, CLIENTS, handle_page},
    {"/en", GET, 0, true, CLIENTS, handle_page},
    {"/docs", GET, 0, false, CLIENTS, handle_docs},
    {"/.well-known/security.txt", GET, 0, false, CLIENTS, handle_security},
    {"/live", GET, 0, true, CLIENTS, handle_live},
    {"/live/de", GET, 0, true, CLIENTS, handle_live},
    {"/live/en", GET, 0, true, CLIENTS, handle_live},
    {"/api/v1/check", GET | POST, COST_REQUEST, true, CLIENTS, handle_check},
    {"/host", GET, 0, false, CLIENTS, handle_host_page},
    {"/host/de", GET, 0, false, CLIENTS, handle_host_page},
    {"/host/en", GET, 0, false, CLIENTS, handle_host_page},
    {"/api/v1/host", GET, COST_HOST, true, CLIENTS, handle_host_api},
    {"/probe", GET, COST_REQUEST, true, CLIENTS, handle_probe},
    {"/api/v1/me", GET, 0, false, CLIENTS, handle_me},
    {"/api/v1/ports", GET, 0, false, CLIENTS, handle_ports},
    {"/api/v1/places", GET, 0, false, CLIENTS, handle_places},
    {"/api/v1/limits", GET, 0, false, CLIENTS, handle_limits},
    {"/healthz", GET, 0, false, CLIENTS | OPERATOR, handle_health},
    {"/readyz", GET, 0, false, CLIENTS | OPERATOR, handle_ready},
    {"/metrics", GET, 0, false, OPERATOR, handle_metrics},
};

/* There only with an inspector. */
static const struct http_route inspector_routes[] = {
    {"/api/v1/tls", GET, COST_REQUEST, true, CLIENTS, handle_tls},
    {"/tls", GET, 0, true, CLIENTS, handle_tls_page},
    {"/tls/de", GET, 0, true, CLIENTS, handle_tls_page},
    {"/tls/en", GET, 0, true, CLIENTS, handle_tls_page},
};

static const struct http_route *find_route(const struct router *router, unsigned who,
                                           const char *path)
{
    static const struct http_route pcap = {PACKET_FILES_PATH, GET, 0, false, CLIENTS, handle_pcap};

    if (router->config->http.metrics_listen.count == 0)
        who |= OPERATOR;
    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        if (strcmp(routes[i].path, path) == 0)
            return (routes[i].whose & who) != 0 ? &routes[i] : NULL;
    for (size_t i = 0; i < ARRAY_LEN(inspector_routes) && router->inspector != NULL; i++)
        if (strcmp(inspector_routes[i].path, path) == 0 && (who & CLIENTS) != 0)
            return &inspector_routes[i];
    return (who & CLIENTS) != 0 && strncmp(path, PACKET_FILES_PATH, strlen(PACKET_FILES_PATH)) == 0
               ? &pcap
               : NULL;
}

/* Does the client have the file already (RFC 9110 section 13.1.2)? */
static bool has_copy(const struct exchange *exchange, const char *etag)
{
    char *tags = header_list(exchange, "If-None-Match");
    bool has = tags != NULL && strstr(tags, etag) != NULL;

    free(tags);
    return has;
}

static void reply_file(const struct request_context *visit, const struct asset *asset)
{
    struct exchange *exchange = visit->exchange;
    bool zipped = takes_gzip(exchange);

    exchange_set_header(exchange, "Cache-Control", "max-age=3600");
    exchange_set_header(exchange, "Vary", "Accept-Encoding");
    exchange_set_header(exchange, "ETag", asset->etag);
    if (has_copy(exchange, asset->etag)) {
        exchange_reply(exchange, 304, NULL, "", 0);
        return;
    }
    if (zipped)
        exchange_set_header(exchange, "Content-Encoding", "gzip");
    exchange_reply(exchange, 200, asset->type, zipped ? asset->gzip_data : asset->data,
                   zipped ? asset->gzip_len : asset->len);
}

/* A file of www/, or nothing. */
static void handle_file(const struct request_context *visit, unsigned who)
{
    const struct exchange_request *asked = exchange_request(visit->exchange);
    struct problem problem;
    struct asset asset;

    if ((who & CLIENTS) != 0 && (asked->method == EXCHANGE_GET || asked->method == EXCHANGE_HEAD)) {
        if (asset_at(asked->path, &asset)) {
            if (strstr(asset.data, "{{") != NULL)
                handle_template(visit, asset.data);
            else
                reply_file(visit, &asset);
            return;
        }
        if (handle_redirect(visit, asked->path) || handle_problem_type(visit, asked->path))
            return;
    }
    problem_set(&problem, CAUSE_NOT_FOUND, NULL);
    reply_problem(visit, &problem);
}

static bool method_fits(const struct request_context *visit, const struct http_route *route)
{
    const char *allowed =
        (route->methods & POST) != 0 ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS";
    enum exchange_method method = exchange_request(visit->exchange)->method;
    struct problem problem;

    if (method != EXCHANGE_OTHER && (route->methods >> method & 1) != 0)
        return true;
    exchange_set_header(visit->exchange, "Allow", allowed);
    if (method == EXCHANGE_OPTIONS) {
        client_limits_set_headers(visit);
        exchange_reply(visit->exchange, 204, NULL, "", 0);
        return false;
    }
    problem_set_word(&problem, CAUSE_METHOD_NOT_ALLOWED, NULL, allowed);
    reply_problem(visit, &problem);
    return false;
}

static bool charge(const struct request_context *visit, unsigned cost)
{
    struct problem problem;

    if (client_limits_take(visit, cost, &problem))
        return true;
    reply_problem(visit, &problem);
    return false;
}

static enum problem_cause cause_of(enum header_fault fault)
{
    switch (fault) {
    case HEADER_BAD_BYTES: return CAUSE_NOT_HTTP;
    case HEADER_TOO_MANY: return CAUSE_TOO_MANY_HEADERS;
    case HEADER_BAD_TARGET: return CAUSE_BAD_TARGET;
    case HEADER_CHUNKED: return CAUSE_CODED_BODY;
    case HEADER_BAD_LENGTH: return CAUSE_BAD_LENGTH;
    case HEADER_BAD_HOST: return CAUSE_BAD_HOST;
    case HEADER_BAD_NAME:
    case HEADER_BAD_VALUE:
    case HEADER_BAD_CODING:
    case HEADER_SOUND: break;
    }
    return CAUSE_BAD_HEADER;
}

static void reply_unsound(const struct request_context *visit, enum problem_cause cause)
{
    struct problem problem;

    const struct addr *peer = &exchange_request(visit->exchange)->peer;

    problem_set_numbers(&problem, cause, NULL, SERVER_HEADERS_MAX, 0);
    if (cause == CAUSE_FORWARDED)
        proxy_log_refused(&visit->router->proxy_log, peer, problem.detail, clock_now_ns());
    reply_problem(visit, &problem);
}

/* Prometheus and health checks call by the name of a container or service; what they are told is
 * of no use to a page that passes for this server. */
static bool is_operators(const char *path)
{
    return strcmp(path, "/healthz") == 0 || strcmp(path, "/readyz") == 0 ||
           strcmp(path, "/metrics") == 0;
}

static bool find_visitor(struct request_context *visit, bool for_operator)
{
    struct router *router = visit->router;
    const struct prefix_list *trusted = &router->config->http.trusted_proxies;
    const struct addr *peer = &exchange_request(visit->exchange)->peer;
    struct strbuf plain = {0}, standard = {0};
    bool ok;

    exchange_each_header(visit->exchange, "X-Forwarded-For", append_line, &plain);
    exchange_each_header(visit->exchange, "Forwarded", append_line, &standard);
    if (!for_operator)
        proxy_log_request(&router->proxy_log,
                          &(struct proxy_log_request){
                              .peer = peer,
                              .is_proxy = forwarded_is_proxy(peer, trusted),
                              .names_client = plain.text != NULL || standard.text != NULL,
                          },
                          clock_now_ns());
    ok = forwarded_visitor(peer, trusted, plain.text != NULL ? plain.text : "",
                           standard.text != NULL ? standard.text : "", &visit->visitor) &&
         !plain.failed && !standard.failed;
    strbuf_free(&plain);
    strbuf_free(&standard);
    return ok;
}

static enum router_format format_of(const struct exchange *exchange)
{
    static const char *const types[] = {
        [API_JSON] = "application/json",
        [API_TEXT] = "text/plain",
        [API_EVENTS] = "text/event-stream",
    };
    char *accepted = header_list(exchange, "Accept");
    enum router_format format = accept_media(accepted, types, ARRAY_LEN(types));

    free(accepted);
    return format;
}

/* A browser that shows what it gets to a person: it likes HTML better than JSON. */
static bool wants_page(const struct exchange *exchange)
{
    static const char *const types[] = {"application/json", "text/html"};
    char *accepted = header_list(exchange, "Accept");
    bool wants = accept_media(accepted, types, ARRAY_LEN(types)) == 1;

    free(accepted);
    return wants;
}

const struct server_header api_headers[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
     "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
    {NULL, NULL},
};

char *router_error_body(void *context, const struct raw_preference *asked, int *status,
                        const char **type)
{
    struct router *router = context;
    struct problem problem;

    switch (*status) {
    case 413: problem_set(&problem, CAUSE_REQUEST_TOO_LARGE, NULL); break;
    case 405:
    case 501: problem_set(&problem, CAUSE_METHOD_UNKNOWN, NULL); break;
    case 503: problem_set(&problem, CAUSE_NO_MEMORY, NULL); break;
    default: problem_set(&problem, CAUSE_NOT_HTTP, NULL); break;
    }
    *status = problem_status(problem.id);
    metrics_count_problem(&router->metrics, &problem);
    if (raw_preference_is_page(asked)) {
        *type = "text/html; charset=utf-8";
        return page_context_error(router, asked, &problem);
    }
    *type = "application/problem+json";
    return json_write_problem(&problem);
}

/* The path's last part, or what the browser prefers. */
static void choose_language(struct request_context *visit, const char *path)
{
    char *accepted = header_list(visit->exchange, "Accept-Language");
    const char *last = strrchr(path, '/') + 1, *tags[LANGUAGE_COUNT];

    for (unsigned i = 0; i < LANGUAGE_COUNT; i++)
        tags[i] = language_tag((enum language)i);
    visit->language = accept_language(accepted, tags, LANGUAGE_COUNT);
    if (strncmp(path, "/docs/", strlen("/docs/")) == 0) /* what is filled in is as the text is */
        visit->language = strncmp(path, "/docs/de/", strlen("/docs/de/")) == 0 ? GERMAN : ENGLISH;
    for (unsigned i = 0; i < LANGUAGE_COUNT && !visit->fixed_language; i++) {
        visit->fixed_language = strcmp(last, tags[i]) == 0;
        if (visit->fixed_language)
            visit->language = (enum language)i;
    }
    free(accepted);
}

/* An EventSource whose stream ended asks again by itself: it has its answer (HTML, section 9.2.3:
 * 204 ends it). */
static bool has_seen_events(const struct request_context *visit, const struct http_route *route)
{
    return route != NULL && exchange_header(visit->exchange, "Last-Event-ID") != NULL &&
           (route->handle == handle_live ||
            ((route->handle == handle_check || route->handle == handle_tls) &&
             visit->format == API_EVENTS));
}

static void handle(struct router *router, struct exchange *exchange, unsigned who)
{
    const char *path = exchange_request(exchange)->path;
    const struct http_route *route = find_route(router, who, path);
    bool is_api = strncmp(path, "/api/", 5) == 0;
    struct request_context visit = {.router = router,
                                    .exchange = exchange,
                                    .format = format_of(exchange),
                                    .wants_page = wants_page(exchange)};
    struct problem problem;
    bool visitor_is_known, is_sound;
    enum header_fault fault;

    router->metrics.requests++;
    choose_language(&visit, path);
    visitor_is_known = find_visitor(&visit, is_operators(path));
    fault = exchange_fault(exchange);
    is_sound = visitor_is_known && fault == HEADER_SOUND;
    if (!is_sound) /* whatever is answered: what follows may be no request */
        exchange_set_header(exchange, "Connection", "close");
    visit.is_api = is_api && visitor_is_known;
    if (is_sound && has_seen_events(&visit, route)) {
        client_limits_set_headers(&visit);
        exchange_reply(exchange, 204, NULL, "", 0);
        return;
    }
    if (visitor_is_known && !charge(&visit, route != NULL ? route->cost : is_api))
        return;
    if (!is_sound) {
        reply_unsound(&visit, fault != HEADER_SOUND ? cause_of(fault) : CAUSE_FORWARDED);
        return;
    }
    if (!is_operators(path) && !csrf_knows_host(exchange, &router->config->http.names)) {
        problem_set(&problem, CAUSE_MISDIRECTED, NULL);
        reply_problem(&visit, &problem);
        return;
    }
    if (route == NULL) {
        handle_file(&visit, who);
        return;
    }
    if (!method_fits(&visit, route))
        return;
    visit.is_unproven = route->may_probe && csrf_is_unproven(exchange) &&
                        exchange_request(exchange)->method != EXCHANGE_POST;
    if (route->may_probe && route->handle != handle_page && /* which shows its form */
        (csrf_is_elsewhere(exchange) || visit.is_unproven)) {
        problem_set(&problem, CAUSE_CROSS_SITE, NULL);
        reply_problem(&visit, &problem);
        return;
    }
    route->handle(&visit);
}

void router_handle(void *context, struct exchange *exchange)
{
    handle(context, exchange, CLIENTS);
}

void router_handle_operator(void *context, struct exchange *exchange)
{
    handle(context, exchange, OPERATOR);
}
