/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/output.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "frontend/inspection/inspection_metrics.h"
#include "frontend/inspection/json_inspection.h"
#include "frontend/model/strbuf.h"
#include "frontend/model/utc.h"
#include "frontend/render/inspection_text.h"
#include "frontend/render/json.h"
#include "frontend/render/network_words.h"

/* NO_COLOR counts if it is set and not empty (no-color.org).  A terminal without TERM gets no
 * colour. */
static bool wants_colour(void)
{
    const char *no = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return (no == NULL || *no == '\0') && terminal != NULL && *terminal != '\0' &&
           strcmp(terminal, "dumb") != 0;
}

static bool is_utf8(void)
{
    return setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

struct output output_open(const struct options *options)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;

    return (struct output){
        .json = options->json,
        .prometheus = options->prometheus,
        .arriving = terminal && !options->json,
        .timestamps = options->timestamps,
        .style = {.colour = terminal && wants_colour(),
                  .explain = options->explain,
                  .packets = options->packets,
                  .utf8 = is_utf8()},
    };
}

bool output_text(char *text, const char *end)
{
    bool ok = text != NULL;

    if (!ok)
        errno = ENOMEM;
    ok = ok && fputs(text, stdout) >= 0 && fputs(end, stdout) >= 0 && fflush(stdout) == 0;
    if (!ok)
        fprintf(stderr, "portlight: standard output: %s\n", strerror(errno));
    free(text);
    return ok;
}

static bool print_block(const struct output *output, const struct result *result, unsigned target,
                        unsigned port)
{
    char now[UTC_LEN];

    if (output->timestamps && utc_write((int64_t)(clock_wall_ns() / NS_PER_S), now))
        printf("%sZ ", now);
    return output_text(text_block(result, target, port, &output->style), "");
}

static bool is_news(struct output *output, const struct result_target *target, unsigned port)
{
    return seen_take(&output->changes, &target->addr, &target->verdicts[port]);
}

bool output_port(struct output *output, const struct result *result, unsigned target, unsigned port)
{
    return !output->arriving || !is_news(output, &result->targets[target], port) ||
           print_block(output, result, target, port);
}

/* Not with --json, where the object has them. */
static void print_warnings(struct output *output, uint32_t warnings)
{
    for (unsigned i = 0; i < WARNING_COUNT && !output->json; i++)
        if ((warnings >> i & 1) != 0 && (output->warnings >> i & 1) == 0)
            fprintf(stderr, "portlight: warning: %s\n",
                    result_warning_text((enum result_warning)i));
    output->warnings = warnings;
}

/* A text that differs when there is news.  The caller frees it. */
static char *signature_of(const struct result *result)
{
    struct strbuf buf = {0};

    for (unsigned p = 0; p < result->place_count; p++) {
        const struct place_answer *answer = &result->places[p];
        strbuf_printf(&buf, "%s %u\n", answer->place.name, answer->status);
        for (unsigned i = 0; i < answer->target_count; i++)
            for (unsigned j = 0; j < answer->targets[i].port_count; j++) {
                const struct verdict *verdict = &answer->targets[i].verdicts[j];
                strbuf_printf(&buf, "%u %u %u %u %u\n", verdict->port, verdict->state,
                              verdict->disposition, verdict->actor, verdict->reason);
            }
    }
    return strbuf_take(&buf);
}

/* Prints the whole answer, unless it is the same as last time. */
static bool output_places(struct output *output, const struct result *result)
{
    char *signature = signature_of(result);
    bool news =
        signature == NULL || output->places == NULL || strcmp(signature, output->places) != 0;

    free(output->places);
    output->places = signature;
    if (!news)
        return true;
    return output->json ? output_text(json_write_result(result), "\n")
                        : output_text(text_places(result, &output->style), "");
}

/* Only once: with --watch, the host stays where it is. */
static void warn_edge(struct output *output, const struct result *result)
{
    char text[NETWORK_SENTENCE_LEN];

    if (output->json || output->warned_edge || !network_words_behind_cdn(ENGLISH, result, text))
        return;
    output->warned_edge = true;
    fprintf(stderr, "portlight: warning: %s\n", text);
}

bool output_result(struct output *output, const struct result *result)
{
    bool ok = true, any = false;

    output->problem = (struct problem){0};
    if (result->place_count > 0) {
        warn_edge(output, result);
        print_warnings(output, result->warnings);
        return output_places(output, result);
    }
    for (unsigned i = 0; i < result->target_count && !output->arriving; i++) {
        for (unsigned j = 0; j < result->targets[i].port_count && ok; j++) {
            bool news = is_news(output, &result->targets[i], j);
            any = any || news;
            if (news && !output->json)
                ok = print_block(output, result, i, j);
        }
    }
    warn_edge(output, result);
    print_warnings(output, result->warnings);
    return any && output->json ? output_text(json_write_result(result), "\n") : ok;
}

bool output_inspected(const struct output *output, const struct inspected *inspected)
{
    if (output->prometheus)
        return output_text(inspection_metrics(inspected), "");
    return output->json ? output_text(json_write_inspected(inspected), "\n")
                        : output_text(inspection_lines(inspected), "");
}

bool output_inspected_answer(const struct output *output, struct inspected_answer *answer)
{
    char **text = output->json ? &answer->json : &answer->lines;
    char *taken = *text;

    *text = NULL;
    return output_text(taken, output->json ? "\n" : "");
}

static bool is_same(const struct problem *a, const struct problem *b)
{
    return a->id == b->id && strcmp(a->detail, b->detail) == 0;
}

/* With --server, a problem is the server's and not the prober's. */
static const char *title_of(const struct problem *problem)
{
    return problem->code != NULL && strcmp(problem->code, "server") == 0
               ? "Server"
               : problem_title(problem->id);
}

void output_problem(struct output *output, const struct problem *problem)
{
    char *json;

    if (is_same(&output->problem, problem))
        return;
    output->problem = *problem;
    output->changes = (struct seen){0}; /* after a problem everything is news */
    json = output->json ? json_write_problem(problem) : NULL;
    if (json != NULL)
        output_text(json, "\n");
    fprintf(stderr, "portlight: %s: %s", title_of(problem), problem->detail);
    if (problem->retry_after_s > 1)
        fprintf(stderr, " Try again in %u s.", problem->retry_after_s);
    fputc('\n', stderr);
}

enum exit_status output_status(const struct problem *problem)
{
    switch (problem->id) {
    case PROBLEM_PORT_NOT_ALLOWED:
    case PROBLEM_TOO_MANY_PORTS:
    case PROBLEM_TARGET_NOT_ALLOWED:
    case PROBLEM_RATE_LIMITED:
    case PROBLEM_BUSY: return EXIT_REFUSED;
    case PROBLEM_NAME_NOT_FOUND: return EXIT_UNKNOWN;
    case PROBLEM_NO_PLACE_ANSWERED:
    case PROBLEM_INSPECTOR_UNAVAILABLE:
    case PROBLEM_PROBER_UNAVAILABLE: return EXIT_NO_PROBER;
    default: return EXIT_USAGE;
    }
}
