/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS queries and their answers.  An edge; the daemon and the command line, each with an
 * event loop of its own (event.h, poll.h).  The only user of c-ares, which sends the
 * queries; reply.h reads the replies.  No search list: the query is for exactly the name.  No
 * hosts file, but in a lab (policy_allows_local_names), where what it had at the start counts.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_ARES_H
#define PORTLIGHT_FRONTEND_DNS_ARES_H

#include "common/config/config.h"
#include "frontend/dns/reply.h"

struct dns;

/* From now on the loop calls dns_process when fd is ready to read or write; with neither, no
 * more. */
typedef void dns_watch_fn(void *context, int fd, bool read, bool write);

/* Receives the answer for one family; *lookup is valid during the call. */
typedef void dns_answer_fn(void *context, enum addr_family family, const struct lookup *lookup);

/* Uses the configured name servers, else the system's.  NULL after logging why not. */
struct dns *dns_open(const struct config *config, dns_watch_fn *watch, void *context);

enum { DNS_SERVERS_MAX = 16 };

/* The TCP ports of the name servers; returns how many. */
unsigned dns_ports(const struct dns *dns, uint16_t ports[static DNS_SERVERS_MAX]);

/* Open queries are answered as timed out. */
void dns_close(struct dns *dns);

/* Queries the name's addresses of one family.  `answer` is called exactly once, perhaps before
 * this returns; at the latest when c-ares gives up, which may be after resolver.timeout-ms. */
void dns_ask(struct dns *dns, const char *name, enum addr_family family, dns_answer_fn *answer,
             void *context);

typedef void dns_names_fn(void *context, enum dns_names_kind kind, const struct dns_names *names);

/* Queries the name's name servers, mail hosts or pointers, by the same rules. */
void dns_ask_names(struct dns *dns, const char *name, enum dns_names_kind kind,
                   dns_names_fn *answer, void *context);

/* Receives whether an SRV record leads elsewhere; false when that is not known. */
typedef void dns_service_fn(void *context, bool elsewhere);

/* Asks whether clients of the port's service (service_srv_label) go to another host or port than
 * these.  `answer` is called as by dns_ask. */
void dns_ask_service(struct dns *dns, const char *host, uint16_t port, dns_service_fn *answer,
                     void *context);

/* Asks these servers from now on, "192.0.2.1,192.0.2.2:5300"; of open queries, too.  False if
 * they can't be taken.  Not from within an answer. */
bool dns_use_servers(struct dns *dns, const char *servers);

/* Call it when a descriptor is ready (-1: none of that kind) or dns_wait_ms has passed. */
void dns_process(struct dns *dns, int readable_fd, int writable_fd);

/* Milliseconds until dns_process must be called; -1: no need. */
int dns_wait_ms(const struct dns *dns);

#endif
