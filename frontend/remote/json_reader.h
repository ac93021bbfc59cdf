/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client side of the JSON API: writes a request and reads the answer.  The answer is not
 * trusted: words, ranges and sizes are validated, and texts are reduced to printable ASCII.  Pure
 * but for malloc; the command line.
 */
#ifndef PORTLIGHT_FRONTEND_REMOTE_JSON_READER_H
#define PORTLIGHT_FRONTEND_REMOTE_JSON_READER_H

#include "frontend/model/request.h"
#include "frontend/model/result.h"

enum { API_CLIENT_CODE_LEN = 48, API_CLIENT_ANSWER_MAX_LEN = 8 << 20 };

/* The body of POST /api/v1/check, for the caller to free; NULL without memory. */
char *json_reader_write_question(const struct request *request);

/* Reads the body of a 200 into an empty result, which needs result_free in any case.  False if it
 * does not answer this request: every address must have exactly the requested ports.  Unknown
 * evidence and warnings are left out. */
bool json_reader_read_result(const char *body, size_t len, const struct request *request,
                             struct result *result);

/* Reads the problem details of an answer with another status.  If they are invalid or unknown here,
 * the problem follows from the status. code is memory for problem->code. server is named in the
 * detail if the answer has none. */
void json_reader_read_problem(const char *body, size_t len, long status, const char *server,
                              struct problem *problem, char code[static API_CLIENT_CODE_LEN]);

/* Calls `each` with every place in an answer of GET /api/v1/places, and the word for its status.
 * False if the answer is invalid. */
bool json_reader_read_places(const char *body, size_t len,
                             void (*each)(const struct place *place, const char *status));

#endif
