/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The connections of the HTTP server.  libevent neither counts nor ends them; this limits
 * how many there are, in all and per client, and how long one may take to send a request.
 * An edge; the daemon.  Part of server.h, which alone includes it.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_CONNECTIONS_H
#define PORTLIGHT_FRONTEND_HTTP_CONNECTIONS_H

#include "common/net/prefix.h"
#include "frontend/event/loop.h"
#include "frontend/limits/conn_count.h"

struct bufferevent;
struct evconnlistener;
struct evhttp;
struct connections;

struct connections_limits {
    uint32_t max;                 /* connections in all; fewer than there are descriptors, because
                                     libevent spins where it can't accept */
    struct conn_count *by_client; /* per client; outlives this */
    const struct prefix_list *trusted; /* proxies: not limited per client; outlives this */
};

/* Returns a complete HTTP response, for the caller to free, that replaces libevent's own error
 * page for a request it can't parse.  NULL keeps libevent's. */
typedef char *connections_error_page_fn(void *context, int status);

/* Manages the server's connections from now on; libevent's own error pages are replaced by
 * error_page(context, status).  NULL without memory. */
struct connections *connections_new(struct loop *loop, struct evhttp *http,
                                    const struct connections_limits *limits,
                                    connections_error_page_fn *error_page, void *context);
/* Call it after the server was freed. */
void connections_free(struct connections *connections);

/* Open connections. */
uint32_t connections_count(const struct connections *connections);

/* Adds a listening socket, which is paused while there are too many connections.  False if
 * there are too many listening sockets. */
bool connections_watch(struct connections *connections, struct evconnlistener *listener);
/* The server stops listening: forgets those sockets. */
void connections_stop(struct connections *connections);

/* A request has arrived in full: its connection has no deadline until connections_end.
 * Returns whether raw_check.h found its header sound. */
bool connections_begin(struct connections *connections, struct bufferevent *bev);

/* The request was answered: the deadline of the next one starts. */
void connections_end(struct connections *connections, struct bufferevent *bev);

#endif
