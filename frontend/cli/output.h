/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers to standard output, problems to standard error.  An edge; the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_CLI_OUTPUT_H
#define PORTLIGHT_FRONTEND_CLI_OUTPUT_H

#include "frontend/cli/options.h"
#include "frontend/cli/seen.h"
#include "frontend/model/inspected.h"
#include "frontend/remote/inspected_reader.h"
#include "frontend/render/text.h"

struct output {
    bool json, prometheus;
    bool arriving; /* a terminal: each port's lines as it is answered, in that order */
    bool timestamps;
    struct text_style style;
    struct seen changes; /* print only what changed since last time */
    char *places;        /* of a result with places, what was printed last */
    struct problem problem;
    bool told_edge;    /* that a CDN is in front */
    uint32_t warnings; /* of the result before: bits of enum result_warning */
};

/* Looks at the options, at standard output and at the environment. */
struct output output_open(const struct options *options);

/* A port was answered.  Each returns false when it can't be printed. */
bool output_port(struct output *output, const struct result *result, unsigned target,
                 unsigned port);
/* All ports are done, and each was passed to output_port. */
bool output_result(struct output *output, const struct result *result);

/* What the inspector found out, with the port's own state in it. */
bool output_inspected(const struct output *output, const struct inspected *inspected);
/* What a server's did; takes its texts. */
bool output_inspected_answer(const struct output *output, struct inspected_answer *answer);

/* In words, and as JSON if that is what is wanted. */
void output_problem(struct output *output, const struct problem *problem);

/* What the program exits with then. */
enum exit_status output_status(const struct problem *problem);

/* Prints a text of the caller's and frees it; NULL is no memory. */
bool output_text(char *text, const char *end);

#endif
