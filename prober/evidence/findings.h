/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that is known about one port of a check: the input of classify().  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_EVIDENCE_FINDINGS_H
#define PORTLIGHT_PROBER_EVIDENCE_FINDINGS_H

#include "prober/evidence/echo.h"
#include "prober/evidence/ttl_probe.h"
#include "prober/packet/route_kind.h"

enum { FINDINGS_OTHERS_MAX = 3 };

struct findings {
    const struct observed *observed;
    const struct ttl_probe *ttl_probe; /* NULL: no SYNs with a small TTL were sent */
    const struct echo *echo;           /* NULL: none was sent */
    const struct observed *control;    /* of a port of our own choice, or NULL */
    const struct observed *others[FINDINGS_OTHERS_MAX]; /* the other ports of the check */
    unsigned other_count;
    uint64_t listened_ns;  /* how long a silent port was listened to; 0: unknown */
    enum route_kind route; /* ROUTE_UNKNOWN: not looked up, because it makes no difference */
    bool limit_reached;    /* a rate limit may hold answers back (sightings.h) */
    bool flows_awaited;    /* silent flows had time to answer after the first answer */
    bool was_open;         /* an earlier check found the port open, seconds ago */
};

#endif
