/* SPDX-License-Identifier: BSD-2-Clause */
/* --host: whose address is it?  Asks name servers and the file of networks, or with --server a
 * portlightd, and nobody else.  An edge; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_HOST_COMMAND_H
#define PORTLIGHT_FRONTEND_CLI_HOST_COMMAND_H

#include "common/config/config.h"
#include "common/contract/network_table.h"
#include "frontend/cli/output.h"

/* config and networks are not looked at with a server. */
enum exit_status host_command(const struct options *options, const struct config *config,
                              const struct network_table *networks, struct output *output);

#endif
