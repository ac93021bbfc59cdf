/* SPDX-License-Identifier: BSD-2-Clause */
/* A part of json_reader.h: whose network an address is in, as a server says. */
#ifndef PORTLIGHT_FRONTEND_CLI_JSON_READER_NETWORK_H
#define PORTLIGHT_FRONTEND_CLI_JSON_READER_NETWORK_H

#include <cjson/cJSON.h>

#include "frontend/model/network.h"

/* What is not there, or can't be so, stays unknown: an older server has none of it. */
void json_reader_read_network(const cJSON *object, struct network *network);

/* "2026-11-20" in seconds since 1970; 0 for anything else. */
uint64_t json_reader_read_date(const cJSON *object, const char *name);

#endif
