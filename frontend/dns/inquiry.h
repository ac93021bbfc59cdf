/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What DNS says of a host besides its addresses: name servers, mail hosts, and what its addresses
 * are called.  An edge by way of ares.h; the daemon and the command line, each with an event loop
 * of its own.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_INQUIRY_H
#define PORTLIGHT_FRONTEND_DNS_INQUIRY_H

#include "frontend/dns/ares.h"

enum {
    INQUIRY_ADDRS_MAX = 8,
    INQUIRY_ZONES_MAX = 3, /* the name and what is above it, with at least two labels */
};

/* Does the address's name lead back to it? */
enum inquiry_confirmed { INQUIRY_UNKNOWN = 0, INQUIRY_REFUTED, INQUIRY_CONFIRMED };

struct inquiry_facts {
    char zone[DNS_NAME_LEN]; /* that the name servers are of: the name, or above it; "" */
    struct dns_names name_servers;
    char mail_of[DNS_NAME_LEN];
    struct dns_names mail;
    unsigned addr_count;
    struct inquiry_addr {
        struct addr addr;
        struct dns_names pointers; /* the first one is the one that is looked up again */
        enum inquiry_confirmed confirmed;
    } addrs[INQUIRY_ADDRS_MAX];
};

struct inquiry;

/* Once, when all is answered, perhaps before inquiry_begin returns. */
typedef void inquiry_done_fn(void *context);

/* Asks: name NULL is no name, but an address.  At most 2 * INQUIRY_ZONES_MAX + 2 *
 * INQUIRY_ADDRS_MAX questions; the caller has judged that all these addresses may be told.  NULL
 * without memory. */
struct inquiry *inquiry_begin(struct dns *dns, const char *name, const struct addr *addrs,
                              unsigned addr_count, inquiry_done_fn *done, void *context);

/* What is known so far. */
const struct inquiry_facts *inquiry_facts_of(const struct inquiry *inquiry);

/* Gives it back: `done` is not called any more.  It goes when its last question is answered. */
void inquiry_end(struct inquiry *inquiry);

#endif
