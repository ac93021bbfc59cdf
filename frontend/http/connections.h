/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The connections of the HTTP server, which libevent neither counts nor ends: how
 * many there may be, in all and from one visitor, and how long one may take to say
 * what it wants.  An edge; a part of server.h, the only one that includes it.
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
    struct conn_count *by_client; /* of one visitor; outlives this */
    const struct prefix_list *trusted; /* proxies, who speak for many; outlives this */
};

/* A whole answer in place of the page that libevent gives by itself where it can't read a
 * request: NULL, or freed by the caller. */
typedef char *connections_reword_fn(void *context, int status);

/* Takes care of the server's connections from now on.  NULL without memory. */
struct connections *connections_new(struct loop *loop, struct evhttp *http,
                                    const struct connections_limits *limits,
                                    connections_reword_fn *words, void *context);
/* After the server is gone. */
void connections_free(struct connections *connections);

uint32_t connections_count(const struct connections *connections);

/* One of the sockets that accept them; false when there are too many. */
bool connections_watch(struct connections *connections, struct evconnlistener *listener);
void connections_stop(struct connections *connections);

/* A request came whole: its connection may take its time.  Was its header one that
 * every HTTP program reads alike? */
bool connections_begin(struct connections *connections, struct bufferevent *bev);

/* It was answered: the next request's time begins. */
void connections_end(struct connections *connections, struct bufferevent *bev);

#endif
