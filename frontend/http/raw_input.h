/* SPDX-License-Identifier: BSD-2-Clause */
/* Feeds the bytes of a libevent buffer to raw_check.h and raw_preference.h.  An edge; the daemon.
 * Part of connections.h. */
#ifndef PORTLIGHT_FRONTEND_HTTP_RAW_INPUT_H
#define PORTLIGHT_FRONTEND_HTTP_RAW_INPUT_H

#include "frontend/http/raw_check.h"
#include "frontend/http/raw_preference.h"

struct evbuffer;

/* One request, while it arrives. */
struct raw_request {
    struct raw_check check;
    struct raw_preference asked;
};

/* Reads the last new_len bytes of the input, before libevent does.  *kept must be NULL before the
 * request's first byte.  False without memory. */
bool raw_input_feed(struct raw_request **kept, struct evbuffer *input, size_t new_len);

/* Frees the state of a request that is complete or given up, and returns whether its header was
 * sound. */
bool raw_input_end(struct raw_request **kept);

#endif
