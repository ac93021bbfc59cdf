/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The connections of the HTTP server.  libevent neither counts nor ends them; this limits how
 * many there are, in all and per client, how long one may take to send a request and to read the
 * answer, and how much output may wait.  An edge; the daemon.  Part of server.h, which alone
 * includes it.
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
    uint32_t max;                 /* connections in all; fewer than there are descriptors, because
                                     libevent spins where it can't accept */
    struct conn_count *by_client; /* per client and network; outlives this; NULL: no limit */
    const struct prefix_list *trusted; /* proxies: not limited per client; outlives this */
    uint64_t answer_ns;     /* in which a client must read 3200 bytes for each second of it, or all
                               of the answer, again and again */
    size_t waiting_max_len; /* bytes of answers waiting to be sent, all together */
};

/* Manages the server's connections from now on; libevent's own error pages are replaced by
 * error_page(context, status).  NULL without memory. */
struct connections *connections_new(struct loop *loop, struct evhttp *http,
                                    const struct connections_limits *limits,
                                    error_page_fn *error_page, void *context);
/* Call it after the server was freed. */
void connections_free(struct connections *connections);

/* Open connections. */
uint32_t connections_count(const struct connections *connections);

/* How many were ended, by reason, since the start. */
const uint64_t *connections_ended(const struct connections *connections);

/* Bytes of answers that wait to be sent. */
size_t connections_waiting_len(const struct connections *connections);

/* Adds a listening socket.  At the limit the connections that have been idle the longest are
 * ended for those who wait there.  False if there are too many listening sockets. */
bool connections_watch(struct connections *connections, struct evconnlistener *listener);
/* The server stops listening: forgets those sockets. */
void connections_stop(struct connections *connections);

/* A request has arrived in full: its connection has no deadline but to read the answer, until
 * connections_end.  Returns whether raw_check.h found its header sound. */
bool connections_begin(struct connections *connections, struct bufferevent *bev);

/* The request was answered: the deadline of the next one starts. */
void connections_end(struct connections *connections, struct bufferevent *bev);

#endif
