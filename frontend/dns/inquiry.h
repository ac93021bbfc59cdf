/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What DNS says about a host in addition to its addresses: name servers, mail hosts, and the names
 * of its addresses.  An edge, through ares.h; the daemon and the command line, each with an event
 * loop of its own.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_INQUIRY_H
#define PORTLIGHT_FRONTEND_DNS_INQUIRY_H

#include "frontend/dns/ares.h"

enum {
    INQUIRY_ADDRS_MAX = 8,
    INQUIRY_ZONES_MAX = 3, /* the name and its parents with at least two labels */
};

/* Does the address's name lead back to it? */
enum inquiry_confirmed { INQUIRY_UNKNOWN = 0, INQUIRY_REFUTED, INQUIRY_CONFIRMED };

struct inquiry_facts {
    char zone[DNS_NAME_LEN]; /* the zone of the name servers: the name or a parent; "" */
    struct dns_names name_servers;
    char mail_of[DNS_NAME_LEN];
    struct dns_names mail;
    unsigned addr_count;
    struct inquiry_addr {
        struct addr addr;
        struct dns_names pointers; /* the first one is looked up again, to confirm it */
        enum inquiry_confirmed confirmed;
    } addrs[INQUIRY_ADDRS_MAX];
};

struct inquiry;

/* Called once, when everything is answered, perhaps before inquiry_begin returns. */
typedef void inquiry_done_fn(void *context);

/* Starts the queries, at most 2 * INQUIRY_ZONES_MAX + 2 * INQUIRY_ADDRS_MAX. name is NULL if the
 * host is an address.  The caller has checked the addresses against the policy.  NULL without
 * memory. */
struct inquiry *inquiry_begin(struct dns *dns, const char *name, const struct addr *addrs,
                              unsigned addr_count, inquiry_done_fn *done, void *context);

/* What is known so far. */
const struct inquiry_facts *inquiry_facts_of(const struct inquiry *inquiry);

/* Releases it: `done` is not called any more.  It is freed when its last query is answered. */
void inquiry_end(struct inquiry *inquiry);

#endif
