/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a key and a certificate request for a new member of the fleet.  An edge; portlight-fleet
 * --new-place, --new-frontend and --new-engine. */
#ifndef PORTLIGHT_FLEET_DAEMON_ENROL_H
#define PORTLIGHT_FLEET_DAEMON_ENROL_H

#include <stdbool.h>

/* Writes NAME.KIND.key (mode 0600) and NAME.KIND.csr (PKCS #10, RFC 2986) into the current
 * directory and prints the next steps.  kind is "place", "frontend" or "engine".  Never overwrites
 * a file. False on failure; a file error is printed. */
bool enrol(const char *name, const char *kind);

#endif
