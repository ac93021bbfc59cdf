/* SPDX-License-Identifier: BSD-2-Clause */
/* All that is known about one port of a check: what a verdict is made of.  Pure; the prober. */
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
    uint64_t listened_ns;  /* if nothing came, for so long; 0: not known */
    enum route_kind route; /* ROUTE_UNKNOWN: it was not asked for, since it decides nothing */
    bool limit_reached;    /* answers of this kind came so fast that a limit may hold some back */
    bool flows_awaited;    /* flows that stayed silent had time to answer after the first answer */
    bool was_open;         /* a check before this one found the port open, seconds ago */
};

#endif
