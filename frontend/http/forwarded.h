/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's address behind proxies.  Pure; the daemon.  Only what a trusted proxy
 * appended is believed, and proxies append at the right end.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_FORWARDED_H
#define PORTLIGHT_FRONTEND_HTTP_FORWARDED_H

#include "common/net/prefix.h"

enum { FORWARDED_HOPS_MAX = 32, FORWARDED_MAX_LEN = 8192 };

/* Is what this peer says of others believed? */
bool forwarded_is_proxy(const struct addr *peer, const struct prefix_list *trusted);

/*
 * X-Forwarded-For and Forwarded (RFC 7239) as received: several lines joined by commas in
 * order, "" if absent.  A peer that is not trusted, or sent neither, is the client; one without an
 * address (ADDR_NONE, at a Unix socket) is trusted, and is 127.0.0.1 then.  From a trusted
 * peer, the rightmost hop that is not trusted is; if all are, the leftmost.  If both headers are
 * present they must agree, because a proxy that writes one may pass the other on unchecked.
 *
 * What stands left of the client doesn't matter: it may be "unknown" (Squid), "_names" or garbage.
 * X-Forwarded-For may have ports, and brackets around IPv6.
 *
 * Returns false when the peer is trusted and the client can't be read: no literal where it must
 * be, a Forwarded that is not of RFC 7239's syntax (a quotation without an end would hide what
 * proxies add), more than FORWARDED_HOPS_MAX proxies, or more than FORWARDED_MAX_LEN bytes.
 */
bool forwarded_visitor(const struct addr *peer, const struct prefix_list *trusted,
                       const char *x_forwarded_for, const char *forwarded, struct addr *visitor);

#endif
