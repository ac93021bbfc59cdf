/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of this machine's addresses a packet to somebody carries.  An edge; the
 * prober.  The kernel is asked, by connecting a raw socket: nothing is sent, and no port is
 * taken, as it would be for a datagram socket.  An answer is good for a second. */
#ifndef PORTLIGHT_PROBER_IO_ROUTE_H
#define PORTLIGHT_PROBER_IO_ROUTE_H

#include "common/net/addr.h"

struct route;

/* Needs CAP_NET_RAW, once.  NULL with errno. */
struct route *route_open(void);
void route_close(struct route *route);

/* The socket of a family, or -1. */
int route_fd(const struct route *route, enum addr_family family);

/* 0 with *src filled, or the errno of why there is no way. */
int route_source(struct route *route, const struct addr *dst, struct addr *src, uint64_t now_ns);

#endif
