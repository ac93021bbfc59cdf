/* SPDX-License-Identifier: BSD-2-Clause */
/* What the inspector of this machine says of the open ports of a result.  An edge; the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_CLI_INSPECTOR_CLIENT_H
#define PORTLIGHT_FRONTEND_CLI_INSPECTOR_CLIENT_H

#include "common/config/config.h"
#include "frontend/cli/chain_file.h"
#include "frontend/model/inspected.h"
#include "frontend/model/request.h"

struct inspector_question {
    enum starttls starttls;
    bool survey;
    struct chain_file *chain; /* gets the certificates, if it is open */
};

/* The certificate behind the one port of each target that is open; waits for the answers.  False
 * with *problem filled. */
bool inspector_client_ask(const struct config *config, const struct request *request,
                          const struct inspector_question *question, const struct result *result,
                          struct inspected *inspected, struct problem *problem);

#endif
