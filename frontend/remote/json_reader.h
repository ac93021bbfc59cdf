/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The JSON API from the client's side: a request out, an answer in.  What comes back is
 * believed no further than it can be read: words, ranges and sizes are checked, and
 * nothing of it is printed as it came.  Pure but for malloc; the command line.
 */
#ifndef PORTLIGHT_FRONTEND_REMOTE_JSON_READER_H
#define PORTLIGHT_FRONTEND_REMOTE_JSON_READER_H

#include "frontend/model/request.h"
#include "frontend/model/result.h"

enum { API_CLIENT_CODE_LEN = 48, API_CLIENT_ANSWER_MAX_LEN = 8 << 20 };

/* The body of POST /api/v1/check, for the caller to free; NULL without memory. */
char *json_reader_write_question(const struct request *request);

/* Reads a 200's body into an empty result, for result_free in any case.  False when it
 * does not answer this request: every address must have just the ports asked for.
 * Evidence and warnings that are not known here are left out. */
bool json_reader_read_result(const char *body, size_t len, const struct request *request,
                             struct result *result);

/* Reads the problem details of an answer with another status.  What is no problem, or
 * one that is not known here, follows from the status.  code is where problem->code will
 * point; server goes into the detail where the answer has none. */
void json_reader_read_problem(const char *body, size_t len, long status, const char *server,
                              struct problem *problem, char code[static API_CLIENT_CODE_LEN]);

/* Calls `each` with every place of GET /api/v1/places, and the word for its status.  False when
 * it is no such answer. */
bool json_reader_read_places(const char *body, size_t len,
                             void (*each)(const struct place *place, const char *status));

#endif
