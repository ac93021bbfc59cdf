/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP server.  Each request goes to one handler, which answers at once, later, or as a
 * stream.  An edge; the daemon.  With connections.h the only user of libevent's HTTP
 * server, whose limits they set.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_SERVER_H
#define PORTLIGHT_FRONTEND_HTTP_SERVER_H

#include "common/net/addr.h"
#include "frontend/http/connections.h"
#include "frontend/http/header_check.h"
#include "frontend/http/raw_preference.h"

enum {
    SERVER_HEADERS_MAX = 64, /* lines */
    SERVER_HEADERS_MAX_LEN = 8192,
    SERVER_BODY_MAX_LEN = 65536,
    SERVER_ANSWER_S = 20, /* for connections_limits.answer_ns */
    /* the largest answer of a prober, all of whose ports may be told at the same moment */
    SERVER_STREAM_WAITING_MAX_LEN = 2 << 20,
    /* many of those, and a part of MemoryMax= of portlightd.service */
    SERVER_WAITING_MAX_LEN = 64 << 20
};

struct server;

/* One request and its answer.  Valid until exchange_reply, exchange_stream_end or its `gone`
 * callback. */
struct exchange;

enum exchange_method {
    EXCHANGE_GET,
    EXCHANGE_HEAD,
    EXCHANGE_POST,
    EXCHANGE_OPTIONS,
    EXCHANGE_OTHER,
};

/* Strings are valid as long as the exchange. */
struct exchange_request {
    enum exchange_method method;
    const char *path;  /* as sent, without the query; begins with '/' */
    const char *query; /* "" without one */
    const char *body;
    size_t body_len;
    struct addr peer; /* the other end of the connection; IPv4 also on a dual-stack socket, and
                         ADDR_NONE at a Unix socket */
};

struct server_header {
    const char *name, *value;
};

struct server_setup {
    struct connections_limits limits;
    const struct server_header *headers; /* of every answer; ends with a NULL name */
    void (*handler)(void *context, struct exchange *exchange);
    /* Returns the body of the answer to a request that could not be parsed, for the server to
     * free, and its type; may change the status.  NULL without memory. */
    char *(*error_body)(void *context, const struct raw_preference *asked, int *status,
                        const char **type);
    void *context;
};

/* NULL without memory. */
struct server *server_new(struct loop *loop, const struct server_setup *setup);
void server_free(struct server *server);

enum server_listening {
    SERVER_LISTENS,
    SERVER_HAS_NOT, /* this machine has no such address, or none of the family */
    SERVER_FAILED
};

/* Binds "ADDRESS:PORT" or "[ADDRESS]:PORT" and listens; logs why not. */
enum server_listening server_listen(struct server *server, const char *where);

/* The same with a socket that already listens, which the server takes over.  False without
 * memory. */
bool server_adopt(struct server *server, int fd);

/* Takes no new connections; those under way go on. */
void server_stop_listening(struct server *server);

/* Requests whose answers are not all written yet. */
unsigned server_pending(const struct server *server);

const struct exchange_request *exchange_request(const struct exchange *exchange);

/* The first header of this name, or NULL. */
const char *exchange_header(const struct exchange *exchange, const char *name);

/* Calls `each` for every header line of this name, in order. */
void exchange_each_header(const struct exchange *exchange, const char *name,
                          void (*each)(void *context, const char *value), void *context);

/* Did request line and headers pass raw_check.h and header_check.h?  If not, the request must be
 * refused; its path is perhaps "/". */
enum header_fault exchange_fault(const struct exchange *exchange);

/* The server's connections: to be looked at. */
const struct connections *server_connections(const struct server *server);

/* Sets a header of the answer, in place of one of the same name. */
void exchange_set_header(struct exchange *exchange, const char *name, const char *value);

/* `gone` is called if the client disconnects before the answer; the exchange is then over. */
void exchange_on_gone(struct exchange *exchange, loop_fn *gone, void *context);

/* Answers and ends the exchange.  HEAD gets the headers alone, Content-Length among them. */
void exchange_reply(struct exchange *exchange, int status, const char *type, const char *body,
                    size_t len);

/* The same with a text of its own, which it frees once it is sent. */
void exchange_reply_text(struct exchange *exchange, int status, const char *type, char *text);

/* The same as a stream: begin, send any number of times, end.  A client that lets too much
 * pile up is disconnected. */
void exchange_stream_begin(struct exchange *exchange, int status, const char *type);
void exchange_stream_send(struct exchange *exchange, const char *data, size_t len);
void exchange_stream_end(struct exchange *exchange);

#endif
