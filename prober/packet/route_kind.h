/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of routes from this machine to a target.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_PACKET_ROUTE_KIND_H
#define PORTLIGHT_PROBER_PACKET_ROUTE_KIND_H

#include <stdbool.h>

enum route_kind {
    ROUTE_UNKNOWN = 0, /* not looked up, or the kernel did not answer */
    ROUTE_NONE,        /* no route, or one that rejects */
    ROUTE_FAR,         /* through a gateway */
    ROUTE_DIRECT,      /* no gateway, but a route to almost everything: a tunnel, a modem */
    ROUTE_CUT,         /* ROUTE_ATTACHED with the link down */
    ROUTE_ATTACHED,    /* no gateway: in an attached network */
    ROUTE_OWN,         /* this machine's own address, or a broadcast or anycast address */
};

/* Is there no router on the path?  (At the other end of a tunnel there is one.) */
static inline bool route_is_on_link(enum route_kind kind)
{
    return kind >= ROUTE_CUT;
}

#endif
