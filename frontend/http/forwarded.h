/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who the visitor is when proxies stand between.  Pure; the daemon.  Only what
 * a trusted proxy wrote is believed, and it writes at the right end.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_FORWARDED_H
#define PORTLIGHT_FRONTEND_HTTP_FORWARDED_H

#include "common/net/prefix.h"

enum { FORWARDED_HOPS_MAX = 32, FORWARDED_MAX_LEN = 512 };

/*
 * The two headers as they came, several lines joined by commas in order, "" when
 * absent.  If the peer is trusted, walks from the right over the trusted hops;
 * the first other one is the visitor.  If both headers are there, both must
 * name the same one, because a proxy that writes one may pass the other on.
 *
 * Returns false when the peer is trusted and a hop can't be read: not a literal
 * (RFC 7239's "unknown" and "_names" among them), a quotation without an end, more
 * than FORWARDED_HOPS_MAX hops, or more than FORWARDED_MAX_LEN bytes.
 */
bool forwarded_visitor(const struct addr *peer, const struct prefix_list *trusted,
                       const char *x_forwarded_for, const char *forwarded, struct addr *visitor);

#endif
