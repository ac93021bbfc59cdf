/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The source address and kind of route for a target.  An edge; the prober.  Asks the kernel through
 * netlink, and by connecting a raw socket, which sends nothing and, unlike connecting a UDP socket,
 * uses no port.  Caches each answer for a second.
 */
#ifndef PORTLIGHT_PROBER_IO_ROUTE_H
#define PORTLIGHT_PROBER_IO_ROUTE_H

#include "common/net/addr.h"
#include "prober/packet/route_kind.h"

struct route;

/* Only this call needs CAP_NET_RAW.  The sockets stay open until the process ends.  NULL if out of
 * memory. */
struct route *route_open(void);

/* The socket of a family, or -1 if the kernel lacks it. */
int route_fd(const struct route *route, enum addr_family family);

/* The kind of route to dst, from RTM_GETROUTE (rtnetlink(7)). */
enum route_kind route_kind(struct route *route, const struct addr *dst, uint64_t now_ns);

/* The netlink socket, or -1. */
int route_netlink_fd(const struct route *route);

/* Fills *src with the source address for dst and returns 0, or the errno that says why there is no
 * route. */
int route_source(struct route *route, const struct addr *dst, struct addr *src, uint64_t now_ns);

#endif
