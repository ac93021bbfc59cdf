/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions to the name servers and what their answers say.  An edge; the daemon
 * and the command line, each with its own loop around it.  The only user of
 * c-ares.  No hosts file, no search list: what is asked is exactly the name.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_ARES_H
#define PORTLIGHT_FRONTEND_DNS_ARES_H

#include "common/daemon/config.h"
#include "frontend/dns/select.h"

struct dns;

/* The loop shall tell dns_process when this descriptor is ready, or no more. */
typedef void dns_watch_fn(void *context, int fd, bool read, bool write);

typedef void dns_answer_fn(void *context, enum addr_family family, const struct lookup *lookup);

/* With the configured name servers or the system's; NULL after logging why not. */
struct dns *dns_open(const struct config *config, dns_watch_fn *watch, void *context);

/* Answers what is unanswered as timed out. */
void dns_close(struct dns *dns);

/* Asks for the name's addresses of one family.  answer is called exactly once,
 * perhaps from within; in the worst case after c-ares gave up, which may take
 * longer than resolver.timeout-ms. */
void dns_ask(struct dns *dns, const char *name, enum addr_family family, dns_answer_fn *answer,
             void *context);

/* A descriptor is ready (-1: none of that kind), or the time is up. */
void dns_process(struct dns *dns, int readable_fd, int writable_fd);

/* When dns_process is wanted at the latest, in milliseconds from now; -1: never. */
int dns_wait_ms(const struct dns *dns);

#endif
