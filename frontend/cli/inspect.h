/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight --tls: what is behind the port, by the inspector here or by a server's.  An edge; the
 * command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_INSPECT_H
#define PORTLIGHT_FRONTEND_CLI_INSPECT_H

#include "common/config/config.h"
#include "frontend/cli/chain_file.h"
#include "frontend/cli/output.h"
#include "frontend/remote/remote.h"

struct inspect_question {
    const struct options *options;
    const struct config *config; /* of inspect_here, as the chain */
    const struct request *request;
    struct chain_file *chain;
    struct output *output;
};

/* Asks about the open ports of the result, prints the answer and closes the chain.  False with
 * *problem filled; else *status is the program's. */
bool inspect_here(const struct inspect_question *asked, const struct result *result,
                  enum exit_status *status, struct problem *problem);

/* The same by options->server, which checks the port itself. */
bool inspect_there(const struct inspect_question *asked, enum exit_status *status,
                   struct problem *problem, char code[static API_CLIENT_CODE_LEN]);

#endif
