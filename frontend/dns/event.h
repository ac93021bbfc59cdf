/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resolves names without blocking: ares.h in the daemon's event loop, with a deadline and at most
 * RESOLVER_QUERIES_MAX open queries.  An edge; the daemon.
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

/* by_client counts each client's open queries, RESOLVER_QUERIES_MAX in all; it must outlive the
 * resolver.  Logs why and returns NULL on failure. */
struct resolver *resolver_new(struct loop *loop, const struct config *config,
                              struct conn_count *by_client);
void resolver_free(struct resolver *resolver);

/* Writes the TCP ports that the sandbox must allow: those of the current name servers, and of those
 * that resolv.conf may name later.  Returns how many. */
unsigned resolver_ports(const struct resolver *resolver, uint16_t ports[static DNS_SERVERS_MAX]);

/* Do the name servers answer?  False after several failed lookups in a row and a failed query of
 * our own; while that lasts, the log has a line a minute. */
bool resolver_is_up(const struct resolver *resolver);

/* Reads resolv.conf again, unless the configuration names the servers.  Also happens by itself when
 * they don't answer. resolver_directory is the directory that the sandbox must leave readable; -1:
 * none. */
void resolver_reread(struct resolver *resolver);
int resolver_directory(const struct resolver *resolver);

/* A name and the address families wanted. */
struct resolver_question {
    const char *name;
    struct addr client;
    bool ipv4, ipv6;
    uint16_t service_port; /* also query the SRV record of this port's service; 0: don't */
};

typedef void resolver_done_fn(void *context, const struct lookups *lookups);

/* Queries the wanted families in parallel.  `done` is called once, after this returns and within
 * resolver.timeout-ms.  A family that has no answer by then has timed out; one that was not wanted
 * is LOOKUP_NOT_ASKED.  Returns NULL, and never calls `done`, when this client or all clients
 * together have too many open queries. */
struct resolver_query *resolver_ask(struct resolver *resolver,
                                    const struct resolver_question *question,
                                    resolver_done_fn *done, void *context);

/* Cancels: `done` is not called.  The query counts as open until it is answered or
 * resolver.timeout-ms has passed; otherwise asking and cancelling would be free. */
void resolver_cancel(struct resolver_query *query);

/* An inquiry (inquiry.h) by the same rules; it counts as one query.  `done` is called once, after
 * this returns and within resolver.timeout-ms, with what is known by then; the facts are valid
 * during the call.  Returns NULL, and never calls `done`, when too many queries are open. */
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

/* Cancels: `done` is not called. */
void resolver_inquiry_cancel(struct resolver_inquiry *asked);

#endif
