/* SPDX-License-Identifier: BSD-2-Clause */
/* Part of json_reader.h: the answer of /api/v1/host. */
#ifndef PORTLIGHT_FRONTEND_REMOTE_JSON_READER_HOST_H
#define PORTLIGHT_FRONTEND_REMOTE_JSON_READER_HOST_H

#include "frontend/host/host_answer.h"

/* Reads the body of a 200 into *answer, which need not be initialized.  False if it is invalid:
 * every address and name must be one.  Fields of a newer server are left out. */
bool json_reader_read_host(const char *body, size_t len, struct host_answer *answer);

#endif
