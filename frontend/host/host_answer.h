/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known about a host without sending it a packet: the answer of /host.  Pure; the daemon
 * and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_HOST_HOST_ANSWER_H
#define PORTLIGHT_FRONTEND_HOST_HOST_ANSWER_H

#include "frontend/dns/inquiry.h"

enum { HOST_FAMILY_ADDRS_MAX = INQUIRY_ADDRS_MAX / 2 };

/* Does the host lead to the client? */
enum host_match {
    HOST_MATCH_UNKNOWN = 0,  /* the client's address is unknown */
    HOST_MATCH_YES,          /* one of its addresses is the client's */
    HOST_MATCH_NO,           /* it has only other addresses of the client's family */
    HOST_MATCH_OTHER_FAMILY, /* it has no address of that family */
};

struct host_address {
    struct addr addr;
    struct network network;
    uint32_t ttl_s; /* of the name's record; 0 for an address */
};

/* Where the data comes from; texts as in struct network. */
struct host_source {
    char name[NETWORK_TEXT_LEN], licence[NETWORK_TEXT_LEN], attribution[NETWORK_TEXT_LEN];
    uint64_t date_s; /* seconds since 1970; 0: unknown */
};

struct host_answer {
    char host[HOSTNAME_MAX_LEN + 1]; /* in canonical form */
    bool is_name;
    uint64_t started_wall_ns, duration_ns;
    struct addr client; /* ADDR_NONE: unknown */
    unsigned addr_count, left_out;
    struct host_address addrs[INQUIRY_ADDRS_MAX]; /* IPv4 first */
    struct network_aliases aliases;
    struct inquiry_facts facts; /* addrs as above */
    unsigned source_count;
    struct host_source sources[NETWORK_TABLE_SOURCES_MAX];
    uint64_t max_age_s; /* data older than this counts as old */
};

/* Takes the addresses of a name, which the policy allows: up to HOST_FAMILY_ADDRS_MAX of each
 * family, and the aliases.  Networks and sources come from the table. */
void host_answer_take_lookups(struct host_answer *answer, const struct lookups *lookups,
                              const struct network_table *table);
void host_answer_take_address(struct host_answer *answer, const struct addr *addr,
                              const struct network_table *table);

enum host_match host_answer_match(const struct host_answer *answer);

/* The first address that is a CDN's proxy, or NULL. */
const struct host_address *host_answer_edge(const struct host_answer *answer);

/* Is any of the data used older than max_age_s? */
bool host_answer_is_old(const struct host_answer *answer);

/* "yes", "no", "other-family"; NULL for HOST_MATCH_UNKNOWN. */
const char *host_match_name(enum host_match match);

#endif
