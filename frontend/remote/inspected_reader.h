/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A server's answer from /api/v1/tls, as far as the command line needs it.  Pure but for malloc;
 * the command line.  The server is not trusted: its answer is validated and made safe for a
 * terminal.
 */
#ifndef PORTLIGHT_FRONTEND_REMOTE_INSPECTED_READER_H
#define PORTLIGHT_FRONTEND_REMOTE_INSPECTED_READER_H

#include <stdbool.h>
#include <stddef.h>

struct inspected_answer {
    char *json;    /* the whole answer, in one line */
    char *lines;   /* as from inspection_lines */
    bool unknown;  /* nothing certain is known about an address */
    bool trusted;  /* at all addresses */
    int days_left; /* the minimum; INT_MAX without certificates */
};

/* False if the answer is invalid, or without memory.  Otherwise free it with
 * inspected_answer_free. */
bool inspected_reader_read(const char *body, size_t len, struct inspected_answer *out);
void inspected_answer_free(struct inspected_answer *answer);

#endif
