/* SPDX-License-Identifier: BSD-2-Clause */
/* A key and a certificate request for somebody new in the fleet.  An edge; portlight-fleet
 * --new-place and the like. */
#ifndef PORTLIGHT_FLEET_DAEMON_ENROL_H
#define PORTLIGHT_FLEET_DAEMON_ENROL_H

#include <stdbool.h>

/* Writes NAME.KIND.key (for its owner alone) and NAME.KIND.csr into the current directory and
 * prints the next steps.  kind is "place", "frontend" or "engine".  False after saying why not; a
 * file that is there is never overwritten. */
bool enrol(const char *name, const char *kind);

#endif
