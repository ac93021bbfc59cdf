/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The connections of the HTTP server. libevent neither counts nor ends them.  This module limits
 * how many there are, in total and per client, how long a client may take to send a request and to
 * read the answer, and how much output may wait.  An edge; the daemon.  Part of server.h, the only
 * header that includes it.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_CONNECTIONS_H
#define PORTLIGHT_FRONTEND_HTTP_CONNECTIONS_H

#include "common/net/prefix.h"
#include "frontend/event/loop.h"
#include "frontend/http/connection_end.h"
#include "frontend/http/error_page.h"
#include "frontend/http/listeners.h"
#include "frontend/limits/conn_count.h"

struct bufferevent;
struct evhttp;
struct connections;

struct connections_limits {
    uint32_t max; /* connections in total; must be below the descriptor limit, because libevent
                     spins when it can't accept */
    struct conn_count *by_client; /* per client and network; must outlive this; NULL: no limit */
    const struct prefix_list *trusted; /* proxies: not limited per client; must outlive this */
    uint64_t answer_ns; /* the period in which a client must read 3200 bytes per second on average,
                           or the whole answer; it starts again each time */
    size_t waiting_max_len; /* bytes of all answers waiting to be sent */
};

/* Manages the server's connections from now on, and replaces libevent's own error pages with
 * error_page(context, status).  NULL without memory. */
struct connections *connections_new(struct loop *loop, struct evhttp *http,
                                    const struct connections_limits *limits,
                                    error_page_fn *error_page, void *context);
/* Call it after the server was freed. */
void connections_free(struct connections *connections);

/* Open connections. */
uint32_t connections_count(const struct connections *connections);

/* How many connections the server ended since its start, indexed by enum connection_end. */
const uint64_t *connections_ended(const struct connections *connections);

/* Bytes of answers waiting to be sent. */
size_t connections_waiting_len(const struct connections *connections);

/* Adds a listening socket.  At the limit, the connections that have been idle the longest are ended
 * in favour of those that wait there.  False if there are too many listening sockets. */
bool connections_watch(struct connections *connections, struct evconnlistener *listener);
/* Forgets the listening sockets; the server stops listening. */
void connections_stop(struct connections *connections);

/* A request is complete: until connections_end the connection's only deadline is for reading the
 * answer.  Returns whether raw_check.h found the request's header sound. */
bool connections_begin(struct connections *connections, struct bufferevent *bev);

/* The request was answered: the deadline of the next one starts. */
void connections_end(struct connections *connections, struct bufferevent *bev);

#endif
