/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DNS answers about a name, and which of its addresses to probe.  The policy must allow every
 * address, not only the selected ones: a name with one denied address is refused as a whole.
 * Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_SELECT_H
#define PORTLIGHT_FRONTEND_DNS_SELECT_H

#include "frontend/model/network.h"
#include "frontend/model/request.h"
#include "frontend/model/result.h"

enum { LOOKUP_ADDRS_MAX = 64 /* of one family; a name with more is refused */ };

enum lookup_status {
    LOOKUP_NOT_ASKED = 0,
    LOOKUP_OK,         /* addresses, at least one */
    LOOKUP_NO_NAME,    /* NXDOMAIN */
    LOOKUP_NO_ADDRESS, /* the name exists, without addresses of this family */
    LOOKUP_FAILED,     /* refused, malformed, too many addresses, ... */
    LOOKUP_TIMED_OUT,
};

/* The answer for one family. */
struct lookup {
    enum lookup_status status;
    unsigned count;
    struct addr addrs[LOOKUP_ADDRS_MAX];
    uint32_t ttl_s;                 /* the shortest of the addresses' */
    struct network_aliases aliases; /* of the name, as many as fit */
};

/* The answers about one name. */
struct lookups {
    struct lookup ipv4, ipv6;
    bool served_elsewhere; /* an SRV record sends the clients of a requested service elsewhere */
};

/* The addresses to check, IPv4 first, and bits of enum result_warning. */
struct selection {
    struct addr addrs[RESULT_TARGETS_MAX];
    struct network_aliases aliases[RESULT_TARGETS_MAX]; /* of the name, by family */
    unsigned count;
    uint32_t warnings;
};

/* Selects the first address of each family, at least one in all, and returns true.  Otherwise
 * returns false with an empty selection and *problem, which never names a denied address.  If only
 * one family fails, that is a warning. */
bool select_addresses(const struct lookups *lookups, const struct policy *policy,
                      struct selection *selection, struct problem *problem);

#endif
