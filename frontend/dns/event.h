/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names to addresses without waiting: dns.h in the daemon's loop, with a
 * deadline and a bound on what is under way.  An edge.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_EVENT_H
#define PORTLIGHT_FRONTEND_DNS_EVENT_H

#include "frontend/dns/ares.h"
#include "frontend/event/loop.h"

struct resolver;
struct resolver_query;

enum { RESOLVER_QUERIES_MAX = 1024 };

/* NULL after logging why not. */
struct resolver *resolver_new(struct loop *loop, const struct config *config);
void resolver_free(struct resolver *resolver);

typedef void resolver_done_fn(void *context, const struct lookup *ipv4, const struct lookup *ipv6);

/* Asks for the families wanted, both at once.  done is called once, later, within
 * resolver.timeout-ms; a family that has no answer by then has timed out.  NULL
 * when too many queries are under way. */
struct resolver_query *resolver_ask(struct resolver *resolver, const char *name, bool want_ipv4,
                                    bool want_ipv6, resolver_done_fn *done, void *context);

/* done will not be called. */
void resolver_cancel(struct resolver_query *query);

#endif
