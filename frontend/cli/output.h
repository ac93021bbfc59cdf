/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints answers to standard output and problems to standard error.  An edge; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_OUTPUT_H
#define PORTLIGHT_FRONTEND_CLI_OUTPUT_H

#include "frontend/cli/options.h"
#include "frontend/cli/seen.h"
#include "frontend/model/inspected.h"
#include "frontend/remote/inspected_reader.h"
#include "frontend/render/text.h"

struct output {
    bool json, prometheus;
    bool arriving; /* standard output is a terminal: print each port as soon as it is answered */
    bool timestamps;
    struct text_style style;
    struct seen changes; /* for --watch: what was printed before */
    char *places;        /* of a result with places: what was printed last */
    struct problem problem;
    bool warned_edge;  /* the warning about a CDN was printed */
    uint32_t warnings; /* of the previous result: bits of enum result_warning */
};

/* Reads the options, standard output and the environment. */
struct output output_open(const struct options *options);

/* A port was answered.  This and the functions below return false if they can't print. */
bool output_port(struct output *output, const struct result *result, unsigned target,
                 unsigned port);
/* All ports are done, and each was passed to output_port. */
bool output_result(struct output *output, const struct result *result);

/* Prints what the local inspector found; it includes the port's state. */
bool output_inspected(const struct output *output, const struct inspected *inspected);
/* The same for a server's answer; takes ownership of its texts. */
bool output_inspected_answer(const struct output *output, struct inspected_answer *answer);

/* Prints the problem in words, and with --json also as JSON. */
void output_problem(struct output *output, const struct problem *problem);

/* The exit status for this problem. */
enum exit_status output_status(const struct problem *problem);

/* Prints the text, then `end`, and frees the text.  NULL means that there was no memory. */
bool output_text(char *text, const char *end);

#endif
