/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/output.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frontend/render/json.h"

/* no-color.org: set and not empty.  A terminal that doesn't say what it is gets none. */
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
        .arriving = terminal && !options->json,
        .style = {.colour = terminal && wants_colour(),
                  .explain = options->explain,
                  .packets = options->packets,
                  .utf8 = is_utf8()},
    };
}

/* Takes the text. */
static bool print(char *text, const char *end)
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

static bool is_news(struct output *output, const struct result_target *target, unsigned port)
{
    return seen_take(&output->changes, &target->addr, &target->verdicts[port]);
}

bool output_port(struct output *output, const struct result *result, unsigned target, unsigned port)
{
    return !output->arriving || !is_news(output, &result->targets[target], port) ||
           print(text_block(result, target, port, &output->style), "");
}

/* JSON has them itself. */
static void tell_warnings(struct output *output, uint32_t warnings)
{
    for (unsigned i = 0; i < WARNING_COUNT && !output->json; i++)
        if ((warnings >> i & 1) != 0 && (output->warnings >> i & 1) == 0)
            fprintf(stderr, "portlight: warning: %s\n",
                    result_warning_text((enum result_warning)i));
    output->warnings = warnings;
}

bool output_result(struct output *output, const struct result *result)
{
    bool ok = true, any = false;

    output->problem = (struct problem){0};
    for (unsigned i = 0; i < result->target_count && !output->arriving; i++) {
        for (unsigned j = 0; j < result->targets[i].port_count && ok; j++) {
            bool news = is_news(output, &result->targets[i], j);
            any = any || news;
            if (news && !output->json)
                ok = print(text_block(result, i, j, &output->style), "");
        }
    }
    tell_warnings(output, result->warnings);
    return any && output->json ? print(json_write_result(result), "\n") : ok;
}

static bool is_same(const struct problem *a, const struct problem *b)
{
    return a->id == b->id && strcmp(a->detail, b->detail) == 0;
}

void output_problem(struct output *output, const struct problem *problem)
{
    char *json;

    if (is_same(&output->problem, problem))
        return;
    output->problem = *problem;
    output->changes = (struct seen){0}; /* all is news after it */
    json = output->json ? json_write_problem(problem) : NULL;
    if (json != NULL)
        print(json, "\n");
    fprintf(stderr, "portlight: %s: %s\n", problem_title(problem->id), problem->detail);
}
