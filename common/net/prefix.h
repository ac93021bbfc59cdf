/* SPDX-License-Identifier: BSD-2-Clause */
/* Address prefixes (CIDR, RFC 4632) and lists of them.  Pure; all programs. */
#ifndef PORTLIGHT_COMMON_NET_PREFIX_H
#define PORTLIGHT_COMMON_NET_PREFIX_H

#include "common/net/addr.h"

struct prefix {
    struct addr addr;
    uint8_t bits;
};

/* The owner of items is whoever built the list. */
struct prefix_list {
    struct prefix *items;
    size_t count;
};

enum prefix_error {
    PREFIX_OK = 0,
    PREFIX_BAD_ADDRESS,
    PREFIX_BAD_LENGTH,
    PREFIX_HOST_BITS, /* 10.0.0.1/8: a typing mistake more often than a wish */
};

/* Reads "192.0.2.0/24", "2001:db8::/32" or a bare address (a prefix of one). */
enum prefix_error prefix_parse(const char *text, struct prefix *out);

/* "192.0.2.0/24", as prefix_parse reads it. */
enum { PREFIX_TEXT_LEN = ADDR_TEXT_LEN + 4 };
void prefix_format(const struct prefix *prefix, char text[static PREFIX_TEXT_LEN]);

/* What is wrong, for an error message. */
const char *prefix_error_text(enum prefix_error error);

bool prefix_contains(const struct prefix *prefix, const struct addr *addr);

/* An empty list contains nothing. */
bool prefix_list_contains(const struct prefix_list *list, const struct addr *addr);

#endif
