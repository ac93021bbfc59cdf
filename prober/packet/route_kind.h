/* SPDX-License-Identifier: BSD-2-Clause */
/* How this machine's packets get to a target, as its routes say.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_PACKET_ROUTE_KIND_H
#define PORTLIGHT_PROBER_PACKET_ROUTE_KIND_H

#include <stdbool.h>

enum route_kind {
    ROUTE_UNKNOWN = 0, /* the kernel could not be asked */
    ROUTE_NONE,        /* there is no way, or one that forbids it */
    ROUTE_FAR,         /* over a router */
    ROUTE_DIRECT,      /* over no router, by a route to almost anywhere: a tunnel, a modem */
    ROUTE_CUT,         /* as the next one, and the link is down */
    ROUTE_ATTACHED,    /* over no router: in a network that we are in */
    ROUTE_OWN,         /* this machine's own address, or a broadcast or anycast address */
};

/* Is no router of ours on the way? */
static inline bool route_is_on_link(enum route_kind kind)
{
    return kind >= ROUTE_DIRECT;
}

#endif
