/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connection to one engine (nats-server, core) by TLS, which reconnects by itself.  An edge;
 * portlight-fleet.  Not libnats: that has threads, and makes one and resolves names when it
 * reconnects, which our filter of system calls kills for.
 */
#ifndef PORTLIGHT_FLEET_BUS_ENGINE_LINK_H
#define PORTLIGHT_FLEET_BUS_ENGINE_LINK_H

#include "common/net/endpoint.h"
#include "fleet/bus/nats_parser.h"
#include "frontend/event/loop.h"

struct engine_link;
struct ssl_ctx_st;

/* Callbacks, none of them during another call.  None may free the link. */
struct engine_link_ops {
    void (*up)(void *context, unsigned engine); /* nothing is subscribed to yet */
    void (*down)(void *context, unsigned engine);
    void (*message)(void *context, unsigned engine, const struct nats_event *message);
    void *context;
};

/* Connects, and tries again until it works.  `number` is the engine's in the callbacks.  ops and
 * tls outlive the link.  NULL without memory. */
struct engine_link *engine_link_new(struct loop *loop, struct ssl_ctx_st *tls,
                                    const struct endpoint *engine, unsigned number,
                                    const struct engine_link_ops *ops);
void engine_link_free(struct engine_link *link); /* NULL is none */

/* Connects anew with this, at once; whoever waits for an answer hears that the engine is away.
 * The old one may be freed then. */
void engine_link_set_tls(struct engine_link *link, struct ssl_ctx_st *tls);

/* Did the engine take us, and did it say anything within the last seconds? */
bool engine_link_is_up(const struct engine_link *link);

/* False when it is down.  Subjects have been checked (subject.h); reply may be NULL. */
bool engine_link_subscribe(struct engine_link *link, const char *subject);
bool engine_link_publish(struct engine_link *link, const char *subject, const char *reply,
                         const void *payload, size_t len);

/* Ends all subscriptions.  What the engine sent before it heard of that still comes, until the link
 * is settled: the engine has answered every ping, and has been handed all that was published; or it
 * is down. */
void engine_link_unsubscribe(struct engine_link *link);
bool engine_link_is_settled(const struct engine_link *link);

#endif
