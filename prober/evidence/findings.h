/* SPDX-License-Identifier: BSD-2-Clause */
/* All that is known about one port of a check: what a verdict is made of.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_FINDINGS_H
#define PORTLIGHT_PROBER_EVIDENCE_FINDINGS_H

#include "prober/evidence/host_profile.h"
#include "prober/evidence/ttl_probe.h"

struct findings {
    const struct observed *observed;
    const struct ttl_probe *ttl_probe;  /* NULL: no SYNs with a small TTL were sent */
    const struct echo *echo;            /* NULL: none was sent */
    const struct host_profile *profile; /* of the target, without this port */
};

#endif
