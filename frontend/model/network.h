/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose network an address is in, for an answer: a copy that outlives the table that it came from.
 * Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_NETWORK_H
#define PORTLIGHT_FRONTEND_MODEL_NETWORK_H

#include "common/contract/network_table.h"
#include "frontend/model/provider.h"

enum { NETWORK_TEXT_LEN = 96, NETWORK_ALIASES_MAX = 8, NETWORK_ALIAS_LEN = 254 };

/* The names that the requested name is an alias of (CNAME), in the order of the chain. */
struct network_aliases {
    unsigned count;
    char names[NETWORK_ALIASES_MAX][NETWORK_ALIAS_LEN];
};

enum network_visitor { NETWORK_VISITOR_UNKNOWN = 0, NETWORK_VISITOR_NO, NETWORK_VISITOR_YES };

/* Unknown fields are 0 or "".  Texts are UTF-8 without control characters. */
struct network {
    uint32_t asn;
    char name[NETWORK_TEXT_LEN], provider[NETWORK_TEXT_LEN], region[NETWORK_TEXT_LEN];
    char country[3];
    enum network_kind kind;
    enum network_cdn cdn;
    enum network_origin origin; /* of the provider */
    struct prefix prefix;       /* the data's prefix around the address; 0 bits: none */
    enum network_visitor is_visitor;
    uint64_t as_of_s; /* the date of the oldest source; seconds since 1970 */
};

/* Describes the address by the table and the aliases (NULL: none). client: the client's address;
 * NULL: unknown. */
void network_describe(const struct network_table *table, const struct addr *addr,
                      const struct network_aliases *aliases, const struct addr *client,
                      struct network *network);

/* Copies an untrusted text: "" if it is not UTF-8, and a blank in place of each character that
 * could change how a page reads (C0, C1, bidi). */
void network_copy_text(char to[static NETWORK_TEXT_LEN], const char *text);

/* The row of provider.def, or NULL if the provider is unknown or has none. */
const struct provider *network_provider(const struct network *network);

/* The name to show: the provider's, such as "Cloudflare", or the AS's; or "". */
const char *network_shown_name(const struct network *network);

/* Is the data older than max_age_s?  It may have changed since. */
bool network_is_old(const struct network *network, uint64_t now_s, uint64_t max_age_s);

/* Is the address a CDN's proxy? */
bool network_is_edge(const struct network *network);

#endif
