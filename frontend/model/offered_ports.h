/* SPDX-License-Identifier: BSD-2-Clause */
/* The ports to choose from: the allowlist, or if it is lifted, all ports that have a name.  Pure;
 * the daemon and the command line. */
#ifndef PORTLIGHT_FRONTEND_MODEL_OFFERED_PORTS_H
#define PORTLIGHT_FRONTEND_MODEL_OFFERED_PORTS_H

#include "common/contract/policy.h"

/* The next offered port above this one; 0 after the last.  Start with 0.  The work is proportional
 * to the ports offered, not to all ports, because asking for the list is free. */
uint16_t offered_port_after(const struct policy *policy, uint16_t port);

#endif
