/* SPDX-License-Identifier: BSD-2-Clause */
/* Places of the configuration asked by their sockets, all at once.  An edge; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_PLACE_CLIENT_H
#define PORTLIGHT_FRONTEND_CLI_PLACE_CLIENT_H

#include "common/config/config.h"
#include "frontend/cli/prober_client.h"
#include "frontend/model/request.h"

/* "fra,iad" or "all" of --from.  False with *problem. */
bool place_client_read_from(const char *text, struct request *request, struct problem *problem);

/* Asks the request's places about the result's targets, whose verdicts hold only their ports, and
 * fills in result->places.  False with *problem when a place is none, or none has answered. */
bool place_client_check(const struct config *config, const struct request *request,
                        struct result *result, struct problem *problem);

/* Prints all places, one a line, and whether they are there.  False when there are none. */
bool place_client_list(const struct config *config);

#endif
