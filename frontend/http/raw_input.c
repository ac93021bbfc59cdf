/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/raw_input.h"

#include <event2/buffer.h>
#include <stdlib.h>

bool raw_input_feed(struct raw_request **kept, struct evbuffer *input, size_t new_len)
{
    struct raw_request *request;
    struct evbuffer_iovec part;
    struct evbuffer_ptr from;
    size_t left = new_len;

    if (left == 0)
        return true;
    if (*kept == NULL)
        *kept = calloc(1, sizeof(**kept));
    request = *kept;
    if (request == NULL)
        return false;
    if (request->check.ended ||
        evbuffer_ptr_set(input, &from, evbuffer_get_length(input) - left, EVBUFFER_PTR_SET) != 0)
        return true;
    while (left > 0 && evbuffer_peek(input, (ev_ssize_t)left, &from, &part, 1) > 0) {
        size_t len = part.iov_len < left ? part.iov_len : left;
        raw_check_feed(&request->check, part.iov_base, len);
        raw_preference_feed(&request->asked, part.iov_base, len);
        left -= len;
        if (left > 0 && evbuffer_ptr_set(input, &from, len, EVBUFFER_PTR_ADD) != 0)
            return true;
    }
    return true;
}

bool raw_input_end(struct raw_request **kept)
{
    bool is_sound = *kept != NULL && !(*kept)->check.bad;

    free(*kept);
    *kept = NULL;
    return is_sound;
}
