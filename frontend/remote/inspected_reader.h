/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a server answered at /api/v1/tls, as far as the command line needs it.  Pure but for
 * malloc; the command line.  The server is a stranger: what it says is checked and made fit for a
 * terminal.
 */
#ifndef PORTLIGHT_FRONTEND_REMOTE_INSPECTED_READER_H
#define PORTLIGHT_FRONTEND_REMOTE_INSPECTED_READER_H

#include <stdbool.h>
#include <stddef.h>

struct inspected_answer {
    char *json;    /* all of it, in one line */
    char *lines;   /* as inspection_lines has them */
    bool unknown;  /* nothing certain of an address */
    bool trusted;  /* all addresses */
    int days_left; /* the least; INT_MAX without certificates */
};

/* False when it is no such answer, or without memory.  Else inspected_answer_free it. */
bool inspected_reader_read(const char *body, size_t len, struct inspected_answer *out);
void inspected_answer_free(struct inspected_answer *answer);

#endif
