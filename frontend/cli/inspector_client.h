/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the inspector of this machine about the open ports of a result.  An edge; the command
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
    struct chain_file *chain; /* receives the certificates, if it is open */
};

/* Inspects the port of each target where it is open, and waits for the answers.  The request has
 * one port.  False with *problem on failure. */
bool inspector_client_ask(const struct config *config, const struct request *request,
                          const struct inspector_question *question, const struct result *result,
                          struct inspected *inspected, struct problem *problem);

#endif
