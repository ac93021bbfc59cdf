/* SPDX-License-Identifier: BSD-2-Clause */
/* A part of json_reader.h: the answer of /api/v1/host. */
#ifndef PORTLIGHT_FRONTEND_REMOTE_JSON_READER_HOST_H
#define PORTLIGHT_FRONTEND_REMOTE_JSON_READER_HOST_H

#include "frontend/host/host_answer.h"

/* Reads a 200's body into *answer, which need not be initialised.  False when it is no such
 * answer: every address and name must be one.  What belongs to a newer server is left out. */
bool json_reader_read_host(const char *body, size_t len, struct host_answer *answer);

#endif
