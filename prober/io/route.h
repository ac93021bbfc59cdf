/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of this machine's addresses a packet to some target carries, and where it goes first.
 * An edge; the prober.  Asks the kernel by netlink, and by connecting a raw socket, which sends
 * nothing and, unlike a datagram socket's connect, takes no port.  Remembers each answer for a
 * second.
 */
#ifndef PORTLIGHT_PROBER_IO_ROUTE_H
#define PORTLIGHT_PROBER_IO_ROUTE_H

#include "common/net/addr.h"
#include "prober/packet/route_kind.h"

struct route;

/* Needs CAP_NET_RAW, here only.  The sockets stay open until the process ends.  Returns NULL
 * with errno without memory. */
struct route *route_open(void);

/* The socket of a family, or -1 if the kernel lacks it. */
int route_fd(const struct route *route, enum addr_family family);

/* How packets get to dst, by RTM_GETROUTE (rtnetlink(7)). */
enum route_kind route_kind(struct route *route, const struct addr *dst, uint64_t now_ns);

/* The netlink socket for that question, or -1. */
int route_netlink_fd(const struct route *route);

/* Returns 0 with *src filled, or the errno that says why there is no route. */
int route_source(struct route *route, const struct addr *dst, struct addr *src, uint64_t now_ns);

#endif
