/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of this machine's addresses a packet to some target carries.  An edge; the prober.
 * Asks the kernel by connecting a raw socket, which sends nothing and, unlike a datagram
 * socket's connect, takes no port.  Remembers each answer for a second.
 */
#ifndef PORTLIGHT_PROBER_IO_ROUTE_H
#define PORTLIGHT_PROBER_IO_ROUTE_H

#include "common/net/addr.h"

struct route;

/* Needs CAP_NET_RAW, here only.  The sockets stay open until the process ends.  Returns NULL
 * with errno without memory. */
struct route *route_open(void);

/* The socket of a family, or -1 if the kernel lacks it. */
int route_fd(const struct route *route, enum addr_family family);

/* Does the way to dst lead over no router (RTM_GETROUTE without RTA_GATEWAY)?  False if the
 * kernel does not say. */
bool route_is_on_link(const struct route *route, const struct addr *dst);

/* The netlink socket for that question, or -1. */
int route_netlink_fd(const struct route *route);

/* Returns 0 with *src filled, or the errno that says why there is no route. */
int route_source(struct route *route, const struct addr *dst, struct addr *src, uint64_t now_ns);

#endif
