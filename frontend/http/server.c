/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/server.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "common/base/log.h"
#include "common/config/config_keys.h"
#include "common/net/endpoint.h"
#include "frontend/model/strbuf.h"

enum {
    PORTS_OF_ROOT = 1024,
    METHODS = 0xffff,
    LIBEVENT_TIMEOUT_S = 60, /* connections.h has shorter ones, but for what it does not know */
    /* by default the kernel would keep up to 4 MB of answers for a client that does not read */
    SEND_BUFFER_LEN = 64 << 10
};

struct server {
    struct evhttp *http;
    struct connections *connections;
    struct server_setup setup;
    struct evhttp_bound_socket *listeners[LISTENERS_MAX];
    unsigned listener_count;
    unsigned pending;
};

struct exchange {
    struct server *server;
    struct evhttp_request *request;
    struct exchange_request asked;
    char *path; /* NULL: the target was in no form for us */
    bool raw_is_sound;
    bool has_headers; /* the server's own are in the answer */
    loop_fn *gone;
    void *gone_context;
};

static enum exchange_method method_of(struct evhttp_request *request)
{
    switch (evhttp_request_get_command(request)) {
    case EVHTTP_REQ_GET: return EXCHANGE_GET;
    case EVHTTP_REQ_HEAD: return EXCHANGE_HEAD;
    case EVHTTP_REQ_POST: return EXCHANGE_POST;
    case EVHTTP_REQ_OPTIONS: return EXCHANGE_OPTIONS;
    default: return EXCHANGE_OTHER;
    }
}

/* As accept() gave it, so that a connection that was reset since has a peer, too. */
static struct addr peer_of(struct evhttp_request *request)
{
    static const struct addr nobody = {.family = ADDR_IPV4}; /* believed by none */
    const struct sockaddr *name =
        evhttp_connection_get_addr(evhttp_request_get_connection(request));
    struct addr peer = addr_from_sockaddr(name, sizeof(struct sockaddr_storage));

    if (peer.family == ADDR_NONE && name->sa_family != AF_UNIX)
        return nobody;
    return addr_unmap(&peer);
}

static void end_exchange(struct exchange *exchange)
{
    exchange->server->pending--;
    free(exchange->path);
    free(exchange);
}

static void on_connection_closed(struct evhttp_connection *connection, void *context)
{
    struct exchange *exchange = context;

    (void)connection;
    if (exchange->gone != NULL)
        exchange->gone(exchange->gone_context);
    /* libevent lets go of a request that it thinks we are still busy with */
    if (evhttp_request_get_connection(exchange->request) == NULL)
        evhttp_request_free(exchange->request);
    end_exchange(exchange);
}

/* The path and the query of a request target in origin form (RFC 9112 section 3.2.1), which
 * has no fragment; any other form makes the exchange unsound. */
static void split_target(struct exchange *exchange)
{
    const char *target = evhttp_request_get_uri(exchange->request);
    char *question;

    exchange->asked.path = "/";
    exchange->asked.query = "";
    if (target == NULL || target[0] != '/' || strstr(target, "%00") != NULL ||
        strchr(target, '#') != NULL)
        return;
    exchange->path = strdup(target);
    if (exchange->path == NULL)
        return;
    question = strchr(exchange->path, '?');
    if (question != NULL) {
        *question = '\0';
        exchange->asked.query = question + 1;
    }
    exchange->asked.path = exchange->path;
}

static void on_request(struct evhttp_request *request, void *context)
{
    struct server *server = context;
    struct exchange *exchange = calloc(1, sizeof(*exchange));
    struct evbuffer *body = evhttp_request_get_input_buffer(request);

    if (exchange == NULL) {
        evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
        return;
    }
    exchange->server = server;
    exchange->request = request;
    split_target(exchange);
    exchange->asked.method = method_of(request);
    if (request->type == EVHTTP_REQ_CONNECT) /* after one, libevent never closes */
        request->type = EVHTTP_REQ_GET;
    exchange->asked.peer = peer_of(request);
    exchange->asked.body_len = evbuffer_get_length(body);
    exchange->asked.body = (const char *)evbuffer_pullup(body, -1);
    if (exchange->asked.body == NULL)
        exchange->asked.body = "";
    server->pending++;
    exchange->raw_is_sound = connections_begin(
        server->connections,
        evhttp_connection_get_bufferevent(evhttp_request_get_connection(request)));
    evhttp_connection_set_closecb(evhttp_request_get_connection(request), on_connection_closed,
                                  exchange);
    server->setup.handler(server->setup.context, exchange);
}

/* RFC 9110 section 15, RFC 6585. */
static const char *reason_of(int status)
{
    switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    default: return "Bad Request";
    }
}

/* Replaces libevent's own error page. */
static char *error_page(void *context, int status, const struct raw_preference *asked)
{
    const struct server *server = context;
    const char *type = NULL;
    char *body = server->setup.error_body(server->setup.context, asked, &status, &type);
    struct strbuf answer = {0};

    if (body == NULL)
        return NULL;
    strbuf_printf(&answer, "HTTP/1.1 %d %s\r\n", status, reason_of(status));
    for (const struct server_header *header = server->setup.headers; header->name != NULL; header++)
        strbuf_printf(&answer, "%s: %s\r\n", header->name, header->value);
    strbuf_printf(&answer, "Content-Type: %s\r\nContent-Length: %zu\r\n", type, strlen(body));
    strbuf_printf(&answer, "Connection: close\r\n\r\n%s", body);
    free(body);
    return strbuf_take(&answer);
}

struct server *server_new(struct loop *loop, const struct server_setup *setup)
{
    struct server *server = calloc(1, sizeof(*server));

    if (server == NULL)
        return NULL;
    server->setup = *setup;
    server->http = evhttp_new(loop_base(loop));
    if (server->http != NULL)
        server->connections =
            connections_new(loop, server->http, &setup->limits, error_page, server);
    if (server->connections == NULL) {
        if (server->http != NULL)
            evhttp_free(server->http);
        free(server);
        return NULL;
    }
    evhttp_set_max_headers_size(server->http, SERVER_HEADERS_MAX_LEN);
    evhttp_set_max_body_size(server->http, SERVER_BODY_MAX_LEN);
    evhttp_set_timeout(server->http, LIBEVENT_TIMEOUT_S);
    evhttp_set_allowed_methods(server->http, METHODS); /* we say 405 better than it does 501 */
    evhttp_set_default_content_type(server->http, NULL);
    evhttp_set_gencb(server->http, on_request, server);
    return server;
}

void server_free(struct server *server)
{
    evhttp_free(server->http);
    connections_free(server->connections);
    free(server);
}

static bool keep_listener(struct server *server, struct evhttp_bound_socket *listener)
{
    const int send_buffer_len = SEND_BUFFER_LEN;

    if (listener == NULL)
        return false;
    /* libevent's own queue is 128 long: of a crowd, most would knock a second time */
    listen(evhttp_bound_socket_get_fd(listener), SOMAXCONN);
    setsockopt(evhttp_bound_socket_get_fd(listener), SOL_SOCKET, SO_SNDBUF, &send_buffer_len,
               sizeof(send_buffer_len)); /* accepted sockets inherit it */
    server->listeners[server->listener_count++] = listener;
    return connections_watch(server->connections, evhttp_bound_socket_get_listener(listener));
}

bool server_adopt(struct server *server, int fd)
{
    return server->listener_count < LISTENERS_MAX &&
           keep_listener(server, evhttp_accept_socket_with_handle(server->http, fd));
}

static void explain_no_listener(const char *where, const struct endpoint *at, int error)
{
    const char *step = "";

    if (error == EADDRINUSE && at->addr.family == ADDR_IPV4)
        step = "; [::] with the same port takes IPv4, too";
    if (error == EACCES && at->port < PORTS_OF_ROOT)
        step = "; ports below 1024 need root, or a socket unit (portlightd(8))";
    log_warn("http", "cannot listen on %s: %s%s", where, strerror(error), step);
}

enum server_listening server_listen(struct server *server, const char *where)
{
    struct evhttp_bound_socket *listener;
    char address[ADDR_TEXT_LEN];
    struct endpoint at;
    int error;

    if (!endpoint_parse(where, &at) || !at.has_port) {
        log_warn("http", "http.listen: \"%s\" is no ADDRESS:PORT, or one too many", where);
        return SERVER_FAILED;
    }
    addr_format(&at.addr, address);
    errno = 0;
    listener = evhttp_bind_socket_with_handle(server->http, address, at.port);
    error = errno;
    if (keep_listener(server, listener))
        return SERVER_LISTENS;
    explain_no_listener(where, &at, error);
    return error == EAFNOSUPPORT || error == EADDRNOTAVAIL ? SERVER_HAS_NOT : SERVER_FAILED;
}

void server_stop_listening(struct server *server)
{
    connections_stop(server->connections);
    for (unsigned i = 0; i < server->listener_count; i++)
        evhttp_del_accept_socket(server->http, server->listeners[i]);
    server->listener_count = 0;
}

unsigned server_pending(const struct server *server)
{
    return server->pending;
}

const struct exchange_request *exchange_request(const struct exchange *exchange)
{
    return &exchange->asked;
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    return evhttp_find_header(evhttp_request_get_input_headers(exchange->request), name);
}

void exchange_each_header(const struct exchange *exchange, const char *name,
                          void (*each)(void *context, const char *value), void *context)
{
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(exchange->request);

    for (const struct evkeyval *line = headers->tqh_first; line != NULL; line = line->next.tqe_next)
        if (strcasecmp(line->key, name) == 0)
            each(context, line->value);
}

/* libevent reads no body of a HEAD request, say, but takes it for the next request. */
static bool has_body_of_its_length(const struct exchange *exchange)
{
    const char *length = exchange_header(exchange, "Content-Length");

    return length == NULL || strtoull(length, NULL, 10) == exchange->asked.body_len;
}

enum header_fault exchange_fault(const struct exchange *exchange)
{
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(exchange->request);
    struct header_line lines[SERVER_HEADERS_MAX];
    enum header_fault fault;
    unsigned count = 0;

    for (const struct evkeyval *line = headers->tqh_first; line != NULL;
         line = line->next.tqe_next) {
        if (count == SERVER_HEADERS_MAX)
            return HEADER_TOO_MANY;
        lines[count++] = (struct header_line){line->key, line->value};
    }
    if (!exchange->raw_is_sound || exchange->request->major != 1 || exchange->request->minor > 1)
        return HEADER_BAD_BYTES;
    if (exchange->path == NULL)
        return HEADER_BAD_TARGET;
    fault = header_check(lines, count, exchange->request->minor > 0);
    if (fault == HEADER_SOUND && !has_body_of_its_length(exchange))
        fault = HEADER_BAD_LENGTH;
    return fault;
}

const struct connections *server_connections(const struct server *server)
{
    return server->connections;
}

/* Those of every answer, in front of all others; not before there is something to say, as a
 * hundred bytes each would wait with the request. */
static void add_headers(struct exchange *exchange)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->request);
    const struct server_header *header = exchange->server->setup.headers;

    for (; !exchange->has_headers && header->name != NULL; header++)
        evhttp_add_header(headers, header->name, header->value);
    exchange->has_headers = true;
}

void exchange_set_header(struct exchange *exchange, const char *name, const char *value)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->request);

    add_headers(exchange);
    evhttp_remove_header(headers, name);
    evhttp_add_header(headers, name, value);
}

void exchange_on_gone(struct exchange *exchange, loop_fn *gone, void *context)
{
    exchange->gone = gone;
    exchange->gone_context = context;
}

/* The last byte is with the kernel. */
static void on_written(struct evhttp_request *request, void *context)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(request);
    struct exchange *exchange = context;

    evhttp_connection_set_closecb(connection, NULL, NULL);
    connections_end(exchange->server->connections, evhttp_connection_get_bufferevent(connection));
    end_exchange(exchange);
}

/* Answered, but pending until the answer is written or the client gone. */
static struct evhttp_request *let_go(struct exchange *exchange)
{
    exchange->gone = NULL;
    evhttp_request_set_on_complete_cb(exchange->request, on_written, exchange);
    return exchange->request;
}

/* body: NULL without memory. */
static void reply(struct exchange *exchange, int status, const char *type, struct evbuffer *body,
                  size_t len)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->request);
    char len_text[24];

    add_headers(exchange);
    if (status != HTTP_NOCONTENT && status != HTTP_NOTMODIFIED) { /* RFC 9110 section 8.6 */
        snprintf(len_text, sizeof(len_text), "%zu", len);
        evhttp_add_header(headers, "Content-Length", len_text);
    }
    if (type != NULL)
        evhttp_add_header(headers, "Content-Type", type);
    if (exchange->server->listener_count == 0) /* stopping: end kept-alive connections */
        exchange_set_header(exchange, "Connection", "close");
    evhttp_send_reply(let_go(exchange), status, reason_of(status), body);
    if (body != NULL)
        evbuffer_free(body);
}

void exchange_reply(struct exchange *exchange, int status, const char *type, const char *body,
                    size_t len)
{
    struct evbuffer *buffer = evbuffer_new();

    if (buffer != NULL && exchange->asked.method != EXCHANGE_HEAD)
        evbuffer_add(buffer, body, len);
    reply(exchange, status, type, buffer, len);
}

static void release(const void *data, size_t len, void *text)
{
    (void)data;
    (void)len;
    free(text);
}

void exchange_reply_text(struct exchange *exchange, int status, const char *type, char *text)
{
    struct evbuffer *buffer = evbuffer_new();
    size_t len = strlen(text);

    if (buffer == NULL || exchange->asked.method == EXCHANGE_HEAD ||
        evbuffer_add_reference(buffer, text, len, release, text) != 0)
        free(text);
    reply(exchange, status, type, buffer, len);
}

void exchange_stream_begin(struct exchange *exchange, int status, const char *type)
{
    exchange_set_header(exchange, "Content-Type", type);
    evhttp_send_reply_start(exchange->request, status, reason_of(status));
}

void exchange_stream_send(struct exchange *exchange, const char *data, size_t len)
{
    struct evbuffer *buffer = evbuffer_new();
    struct bufferevent *bev =
        evhttp_connection_get_bufferevent(evhttp_request_get_connection(exchange->request));

    if (buffer == NULL)
        return;
    /* a client that does not read must not fill our memory */
    if (evbuffer_get_length(bufferevent_get_output(bev)) > SERVER_STREAM_WAITING_MAX_LEN)
        shutdown(bufferevent_getfd(bev), SHUT_RDWR);
    evbuffer_add(buffer, data, len);
    evhttp_send_reply_chunk(exchange->request, buffer);
    evbuffer_free(buffer);
}

void exchange_stream_end(struct exchange *exchange)
{
    evhttp_send_reply_end(let_go(exchange));
}
