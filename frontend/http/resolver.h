/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names to addresses without waiting: dns.h in the daemon's loop, with a
 * deadline and a bound on what is under way.  An edge.
 */
#ifndef PORTLIGHT_RESOLVER_H
#define PORTLIGHT_RESOLVER_H

#include "frontend/dns.h"
#include "frontend/http/loop.h"

struct resolver;
struct resolver_query;

enum { RESOLVER_QUERIES_MAX = 1024 };

/* NULL after logging why not. */
struct resolver *resolver_new(struct loop *loop, const struct config *config);
void resolver_free(struct resolver *resolver);

/* As dns_ask, but done is called later, within resolver.timeout-ms; who has not
 * answered by then has timed out.  NULL when too many queries are under way. */
struct resolver_query *resolver_ask(struct resolver *resolver, const char *name, bool want_ipv4,
                                    bool want_ipv6, dns_done_fn *done, void *context);

/* done will not be called. */
void resolver_cancel(struct resolver_query *query);

#endif
