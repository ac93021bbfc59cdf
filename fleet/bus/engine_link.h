/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TLS connection to one engine (core NATS, no JetStream) that reconnects by itself.  An edge;
 * portlight-fleet.  Not libnats: it starts threads and resolves names when it reconnects, and our
 * seccomp filter kills the process for both.
 */
#ifndef PORTLIGHT_FLEET_BUS_ENGINE_LINK_H
#define PORTLIGHT_FLEET_BUS_ENGINE_LINK_H

#include "common/net/endpoint.h"
#include "fleet/bus/nats_parser.h"
#include "frontend/event/loop.h"

struct engine_link;
struct ssl_ctx_st;

/* Callbacks.  engine_link_set_tls may call down; no other function here calls back.  A callback
 * must not free the link. */
struct engine_link_ops {
    void (*up)(void *context, unsigned engine); /* connected; no subscriptions yet */
    void (*down)(void *context, unsigned engine);
    void (*message)(void *context, unsigned engine, const struct nats_event *message);
    void *context;
};

/* Connects from the loop, and retries until it succeeds.  `number` identifies the engine in the
 * callbacks.  loop, ops and tls must outlive the link.  NULL if out of memory. */
struct engine_link *engine_link_new(struct loop *loop, struct ssl_ctx_st *tls,
                                    const struct endpoint *engine, unsigned number,
                                    const struct engine_link_ops *ops);
void engine_link_free(struct engine_link *link); /* NULL does nothing */

/* Drops the connection and reconnects with this context.  Calls down if the link was up.  The old
 * context may be freed afterwards. */
void engine_link_set_tls(struct engine_link *link, struct ssl_ctx_st *tls);

/* Is the link connected and authenticated?  It goes down after a few seconds of silence. */
bool engine_link_is_up(const struct engine_link *link);

/* False if the link is down, its output buffer is full or memory is short.  Take subjects from
 * subject.h only: they are not checked here.  reply may be NULL; the payload is copied. */
bool engine_link_subscribe(struct engine_link *link, const char *subject);
bool engine_link_publish(struct engine_link *link, const char *subject, const char *reply,
                         const void *payload, size_t len);

/* Ends all subscriptions.  Messages that the engine sent before it read this still arrive, until
 * the link is settled: either the engine has answered every PING and our output is written, or the
 * link is down. */
void engine_link_unsubscribe(struct engine_link *link);
bool engine_link_is_settled(const struct engine_link *link);

#endif
