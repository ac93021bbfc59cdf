/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names to addresses without blocking: ares.h in the daemon's event loop, with a deadline
 * and at most RESOLVER_QUERIES_MAX open queries.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_EVENT_H
#define PORTLIGHT_FRONTEND_DNS_EVENT_H

#include "frontend/dns/ares.h"
#include "frontend/dns/inquiry.h"
#include "frontend/event/loop.h"
#include "frontend/limits/conn_count.h"

struct resolver;
struct resolver_query;

enum { RESOLVER_QUERIES_MAX = 1024 };

/* by_client: whose queries are open, a stock of RESOLVER_QUERIES_MAX; outlives the resolver.  NULL
 * after logging why not. */
struct resolver *resolver_new(struct loop *loop, const struct config *config,
                              struct conn_count *by_client);
void resolver_free(struct resolver *resolver);

/* The TCP ports of its name servers, of those that resolv.conf may have later, too, which the
 * sandbox must let; returns how many. */
unsigned resolver_ports(const struct resolver *resolver, uint16_t ports[static DNS_SERVERS_MAX]);

/* Did the name servers answer lately?  False when several lookups in a row, and then one of our
 * own, got nothing; the log has a line a minute then. */
bool resolver_is_up(const struct resolver *resolver);

/* Reads resolv.conf again, unless the configuration names the servers.  It does so by itself when
 * they don't answer.  The sandbox must leave the directory readable; -1: there is none. */
void resolver_reread(struct resolver *resolver);
int resolver_directory(const struct resolver *resolver);

/* A name and the families of addresses wanted. */
struct resolver_question {
    const char *name;
    struct addr client; /* who wants to know */
    bool ipv4, ipv6;
    uint16_t service_port; /* does an SRV record lead its clients elsewhere?  0: don't ask */
};

typedef void resolver_done_fn(void *context, const struct lookups *lookups);

/* Queries the wanted families, both at once.  `done` is called once, after this returned and
 * within resolver.timeout-ms; a family without an answer by then has timed out, one that was
 * not wanted is LOOKUP_NOT_ASKED.  NULL, and no call, when too many queries are open,
 * of this client or in all. */
struct resolver_query *resolver_ask(struct resolver *resolver,
                                    const struct resolver_question *question,
                                    resolver_done_fn *done, void *context);

/* Ends the query: `done` is not called any more.  It stays open until it is answered or
 * resolver.timeout-ms have passed, or asking and cancelling would cost nothing. */
void resolver_cancel(struct resolver_query *query);

/* An inquiry (inquiry.h) by the same rules; it counts as one query.  `done` is called once, after
 * this returned and within resolver.timeout-ms, with what is known by then; the facts live during
 * the call.  NULL, and no call, when too many queries are open. */
struct resolver_inquiry;
struct resolver_subject {
    const char *name; /* NULL: none */
    const struct addr *addrs;
    unsigned addr_count;
    const struct addr *client; /* who wants to know */
};
typedef void resolver_inquiry_fn(void *context, const struct inquiry_facts *facts);
struct resolver_inquiry *resolver_inquire(struct resolver *resolver,
                                          const struct resolver_subject *subject,
                                          resolver_inquiry_fn *done, void *context);

/* Ends it: `done` is not called any more. */
void resolver_inquiry_cancel(struct resolver_inquiry *asked);

#endif
