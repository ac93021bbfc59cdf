/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a libevent buffer for raw_check.h and raw_preference.h.  An edge; the daemon.  Part
 * of connections.h. */
#ifndef PORTLIGHT_FRONTEND_HTTP_RAW_INPUT_H
#define PORTLIGHT_FRONTEND_HTTP_RAW_INPUT_H

#include "frontend/http/raw_check.h"
#include "frontend/http/raw_preference.h"

struct evbuffer;

/* One request; zero it before the request's first byte. */
struct raw_request {
    struct raw_check check;
    struct raw_preference asked;
};

/* Reads the last new_len bytes of the input, which libevent has not read yet. */
void raw_input_feed(struct raw_request *request, struct evbuffer *input, size_t new_len);

#endif
