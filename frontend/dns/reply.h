/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses of a name in a name server's reply (RFC 1035 section 4).  We parse it ourselves
 * because versions of c-ares disagree about which records count.  Pure; the daemon and the command
 * line.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_REPLY_H
#define PORTLIGHT_FRONTEND_DNS_REPLY_H

#include "frontend/dns/select.h"

enum { DNS_REPLY_ALIASES_MAX = 32 /* in one reply; resolvers follow about a dozen */ };

/* The record type of a family's addresses, for the query and in the reply: A or AAAA. */
uint16_t dns_reply_type(enum addr_family family);

/*
 * Reads the addresses of the family whose owner is the name, or a target in the chain of CNAMEs
 * that begins at the name.  The chain may come in any order; the addresses keep that of the reply.
 * Records of other owners don't count.  Names are compared without regard to case (RFC 4343).
 * LOOKUP_FAILED when the reply is malformed, truncated, to another question, has more than
 * LOOKUP_ADDRS_MAX addresses, or a chain without a clear end (a loop, two targets of one name,
 * more than DNS_REPLY_ALIASES_MAX aliases).
 */
struct lookup dns_reply_read(const void *reply, size_t len, const char *name,
                             enum addr_family family);

/* --- names: NS, MX, PTR ------------------------------------------------------------------ */

enum dns_names_kind { DNS_NAME_SERVERS, DNS_MAIL, DNS_POINTERS };

enum { DNS_NAMES_MAX = 8, DNS_NAME_LEN = 254 };

/* Names are printable: letters, digits, '-', '_' and '.', everything else a '?'. "." is the root;
 * as a mail host it means that the name takes no mail (RFC 7505). */
struct dns_names {
    enum lookup_status status;
    unsigned count; /* at most DNS_NAMES_MAX; the rest is left out */
    struct dns_named {
        uint16_t preference; /* of DNS_MAIL */
        char name[DNS_NAME_LEN];
    } items[DNS_NAMES_MAX];
};

uint16_t dns_names_type(enum dns_names_kind kind);

/* Reads the names whose owner is the name or, as above, what it is an alias of: mail hosts by
 * preference, the others in alphabetical order. */
struct dns_names dns_reply_read_names(const void *reply, size_t len, const char *name,
                                      enum dns_names_kind kind);

/* The service of an SRV query (RFC 2782): srv_name is "_minecraft._tcp.example.net". */
struct dns_service {
    const char *srv_name, *host;
    uint16_t port;
};

/* Do all SRV records of the name, or of a target in its chain of CNAMEs, name another host or
 * another port?  False if there are none, or if dns_reply_read would reject the reply.  A record
 * with the target "." says that there is no such service, and does not count. */
bool dns_reply_serves_elsewhere(const void *reply, size_t len, const struct dns_service *service);

#endif
