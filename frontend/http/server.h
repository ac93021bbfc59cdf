/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP server.  Every request goes to one handler, which answers at once, later, or as a
 * stream.  An edge; the daemon.  With connections.h the only user of libevent's HTTP server; the
 * two set its limits.
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
    /* the largest answer of a check, if all its ports are answered at the same moment */
    SERVER_STREAM_WAITING_MAX_LEN = 2 << 20,
    /* room for many of those, within MemoryMax= of portlightd.service */
    SERVER_WAITING_MAX_LEN = 64 << 20
};

struct server;

/* One request and its answer.  Valid until exchange_reply, exchange_reply_text, exchange_stream_end
 * or the `gone` callback. */
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
    struct addr peer; /* the other end of the connection; an IPv4 address also on a dual-stack
                         socket; ADDR_NONE at a Unix socket */
};

struct server_header {
    const char *name, *value;
};

struct server_setup {
    struct connections_limits limits;
    const struct server_header *headers; /* for every answer; ends with a NULL name */
    void (*handler)(void *context, struct exchange *exchange);
    /* Returns the body and sets the type of the answer to a request that could not be parsed; may
     * change the status.  The server frees the body; NULL without memory. */
    char *(*error_body)(void *context, const struct raw_preference *asked, int *status,
                        const char **type);
    void *context;
};

/* NULL without memory. */
struct server *server_new(struct loop *loop, const struct server_setup *setup);
void server_free(struct server *server);

enum server_listening {
    SERVER_LISTENS,
    SERVER_HAS_NOT, /* this machine lacks the address or its whole family */
    SERVER_FAILED
};

/* Binds "ADDRESS:PORT" or "[ADDRESS]:PORT" and listens; logs why on failure. */
enum server_listening server_listen(struct server *server, const char *where);

/* The same for a socket that already listens; the server takes ownership of it.  False without
 * memory. */
bool server_adopt(struct server *server, int fd);

/* Accepts no new connections; those under way continue. */
void server_stop_listening(struct server *server);

/* The number of requests whose answers are not completely written. */
unsigned server_pending(const struct server *server);

const struct exchange_request *exchange_request(const struct exchange *exchange);

/* The first header of this name, or NULL. */
const char *exchange_header(const struct exchange *exchange, const char *name);

/* Calls `each` for every header line of this name, in order. */
void exchange_each_header(const struct exchange *exchange, const char *name,
                          void (*each)(void *context, const char *value), void *context);

/* Did the request line and headers pass raw_check.h and header_check.h?  If not, the handler must
 * refuse the request; its path may be "/". */
enum header_fault exchange_fault(const struct exchange *exchange);

/* The server's connections, for metrics. */
const struct connections *server_connections(const struct server *server);

/* Sets a header of the answer, replacing one of the same name. */
void exchange_set_header(struct exchange *exchange, const char *name, const char *value);

/* Calls `gone` if the client disconnects before the answer; the exchange is then invalid. */
void exchange_on_gone(struct exchange *exchange, loop_fn *gone, void *context);

/* Copies the body, answers and ends the exchange.  HEAD gets only the headers, with
 * Content-Length. */
void exchange_reply(struct exchange *exchange, int status, const char *type, const char *body,
                    size_t len);

/* The same without a copy: takes ownership of text and frees it once it is sent. */
void exchange_reply_text(struct exchange *exchange, int status, const char *type, char *text);

/* Answers as a stream: begin, send any number of times, end.  A client that lets more than
 * SERVER_STREAM_WAITING_MAX_LEN bytes pile up is disconnected. */
void exchange_stream_begin(struct exchange *exchange, int status, const char *type);
void exchange_stream_send(struct exchange *exchange, const char *data, size_t len);
void exchange_stream_end(struct exchange *exchange);

#endif
