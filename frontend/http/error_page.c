/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/error_page.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

/* "HTTP/1.1 400 ..." */
static int status_of(struct evbuffer *output)
{
    char line[sizeof("HTTP/1.1 400") - 1];

    if (evbuffer_copyout(output, line, sizeof(line)) != (ev_ssize_t)sizeof(line) ||
        memcmp(line, "HTTP/1.", 7) != 0)
        return 0;
    return (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
}

void error_page_replace(struct evbuffer *output, const struct raw_request *request,
                        error_page_fn *error_page, void *context)
{
    static const struct raw_preference unknown;
    const struct raw_preference *asked = request != NULL ? &request->asked : &unknown;
    int status = status_of(output);
    char *text = status >= 400 ? error_page(context, status, asked) : NULL;

    if (text == NULL)
        return;                   /* not an error, such as 100 Continue */
    evbuffer_unfreeze(output, 1); /* bufferevents freeze the front */
    evbuffer_drain(output, evbuffer_get_length(output));
    evbuffer_freeze(output, 1);
    evbuffer_add(output, text, strlen(text));
    free(text);
}
