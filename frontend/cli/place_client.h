/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the configured places through their sockets, all at once.  An edge; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_PLACE_CLIENT_H
#define PORTLIGHT_FRONTEND_CLI_PLACE_CLIENT_H

#include "common/config/config.h"
#include "frontend/cli/prober_client.h"
#include "frontend/model/request.h"

/* Reads the value of --from, "fra,iad" or "all".  False with *problem. */
bool place_client_read_from(const char *text, struct request *request, struct problem *problem);

/* Asks the request's places about the result's targets, whose verdicts hold only their ports, and
 * fills in result->places.  False with *problem if a place does not exist or none has answered. */
bool place_client_check(const struct config *config, const struct request *request,
                        struct result *result, struct problem *problem);

/* Prints all places, one per line, with their state.  False if none are configured. */
bool place_client_list(const struct config *config);

#endif
