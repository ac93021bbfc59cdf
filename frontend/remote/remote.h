/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks another machine's portlightd over HTTP.  The only user of libcurl.  An edge; the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_REMOTE_REMOTE_H
#define PORTLIGHT_FRONTEND_REMOTE_REMOTE_H

#include "frontend/host/host_answer.h"
#include "frontend/remote/inspected_reader.h"
#include "frontend/remote/json_reader.h"

enum {
    REMOTE_CONNECT_TIMEOUT_MS = 5000,
    REMOTE_TIMEOUT_MS = 15000,
    REMOTE_INSPECT_TIMEOUT_MS = 30000
};

/* Sends the check and waits for the answer.  False with *problem; code is memory for
 * problem->code. */
bool remote_ask(const char *url, const struct request *request, struct result *result,
                struct problem *problem, char code[static API_CLIENT_CODE_LEN]);

/* The same with GET /api/v1/tls and this query; free *answer with inspected_answer_free. */
bool remote_inspect(const char *url, const char *query, struct inspected_answer *answer,
                    struct problem *problem, char code[static API_CLIENT_CODE_LEN]);

/* Prints the server's places, one per line, with their state.  False with *problem. */
bool remote_list_places(const char *url, struct problem *problem);

/* The same with GET /api/v1/host. */
bool remote_host(const char *url, const char *query, struct host_answer *answer,
                 struct problem *problem, char code[static API_CLIENT_CODE_LEN]);

#endif
