/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's address behind proxies.  Pure; the daemon.  Only what a trusted proxy appended
 * counts, and proxies append on the right.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_FORWARDED_H
#define PORTLIGHT_FRONTEND_HTTP_FORWARDED_H

#include "common/net/prefix.h"

enum { FORWARDED_HOPS_MAX = 32, FORWARDED_MAX_LEN = 8192 };

/* Is the peer a trusted proxy, or at a Unix socket? */
bool forwarded_is_proxy(const struct addr *peer, const struct prefix_list *trusted);

/*
 * X-Forwarded-For and Forwarded (RFC 7239) as received: several lines joined by commas in order,
 * "" if absent.  A peer that is not trusted, or that sent neither, is the client itself.  A peer
 * without an address (ADDR_NONE, at a Unix socket) is trusted, and counts as 127.0.0.1 if it is
 * the client.  Behind a trusted peer the client is the rightmost hop that is not trusted, or the
 * leftmost if all are.  If both headers are present they must agree, because a proxy that writes
 * one may pass on the other unchecked.
 *
 * Whatever is left of the client is ignored: it may be "unknown" (Squid), "_names" or garbage.
 * X-Forwarded-For may have ports, and brackets around IPv6.
 *
 * Returns false if the peer is trusted and the client can't be determined: no address literal in
 * its place, a Forwarded header that violates RFC 7239's syntax (an unclosed quotation would hide
 * what later proxies add), more than FORWARDED_HOPS_MAX proxies, or more than FORWARDED_MAX_LEN
 * bytes.
 */
bool forwarded_client(const struct addr *peer, const struct prefix_list *trusted,
                      const char *x_forwarded_for, const char *forwarded, struct addr *client);

#endif
