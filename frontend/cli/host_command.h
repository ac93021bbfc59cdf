/* SPDX-License-Identifier: BSD-2-Clause */
/* --host: whose address is it?  Asks only name servers and the local network data or, with
 * --server, only that portlightd.  An edge; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_HOST_COMMAND_H
#define PORTLIGHT_FRONTEND_CLI_HOST_COMMAND_H

#include "common/config/config.h"
#include "common/contract/network_table.h"
#include "frontend/cli/output.h"

/* With --server, config and networks are not used. */
enum exit_status host_command(const struct options *options, const struct config *config,
                              const struct network_table *networks, struct output *output);

#endif
