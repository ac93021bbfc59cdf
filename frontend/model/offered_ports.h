/* SPDX-License-Identifier: BSD-2-Clause */
/* The ports to choose from: those of the allowlist, or where it is lifted those that have
 * a name.  Pure; the daemon and the command line. */
#ifndef PORTLIGHT_FRONTEND_MODEL_OFFERED_PORTS_H
#define PORTLIGHT_FRONTEND_MODEL_OFFERED_PORTS_H

#include "common/contract/policy.h"

/* The next offered port above this one, 0 after the last: begin with 0.  Costs by ports
 * offered, not by ports there are: who asks for the list pays nothing. */
uint16_t offered_port_after(const struct policy *policy, uint16_t port);

#endif
