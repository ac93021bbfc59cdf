/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/inspect.h"

#include <stdio.h>
#include <stdlib.h>

#include "frontend/cli/inspector_client.h"
#include "frontend/render/inspection_text.h"

enum { QUERY_LEN = 512 };

static enum starttls starttls_for(const struct options *options, uint16_t port)
{
    return options->starttls_given ? options->starttls : starttls_of_port(port);
}

static enum exit_status status_of(const struct options *options, const struct inspected *inspected)
{
    enum exit_status status = EXIT_AS_EXPECTED;

    for (unsigned i = 0; i < inspected->target_count; i++) {
        const struct inspection *inspection = &inspected->targets[i].inspection;
        bool fine = inspection->state == INSPECTION_TRUSTED &&
                    inspection_days_left(inspection) >= (int)options->min_days;
        if (inspection->state == INSPECTION_UNKNOWN ||
            inspected->targets[i].port_state == STATE_UNKNOWN)
            status = EXIT_UNKNOWN;
        else if (!fine && status == EXIT_AS_EXPECTED)
            status = EXIT_NOT_AS_EXPECTED;
    }
    return status;
}

static bool refuse_survey(const struct options *options, enum starttls starttls,
                          struct problem *problem)
{
    return options->survey && starttls != STARTTLS_NONE &&
           !problem_set(problem, CAUSE_SURVEY_BEHIND, NULL);
}

bool inspect_here(const struct inspect_question *asked, const struct result *result,
                  enum exit_status *status, struct problem *problem)
{
    const struct options *options = asked->options;
    struct inspected *inspected = calloc(1, sizeof(*inspected));
    const struct inspector_question question = {starttls_for(options, asked->request->ports[0]),
                                                options->survey, asked->chain};
    bool ok = inspected != NULL;

    if (!ok)
        problem_set(problem, CAUSE_NO_MEMORY, NULL);
    else
        ok = !refuse_survey(options, question.starttls, problem) &&
             inspector_client_ask(asked->config, asked->request, &question, result, inspected,
                                  problem);
    if (ok)
        *status = output_inspected(asked->output, inspected) ? status_of(options, inspected)
                                                             : EXIT_UNKNOWN;
    if (ok && !chain_file_close(asked->chain) && *status == EXIT_AS_EXPECTED)
        *status = EXIT_UNKNOWN;
    free(inspected);
    return ok;
}

static enum exit_status status_of_answer(const struct options *options,
                                         const struct inspected_answer *answer)
{
    if (answer->unknown)
        return EXIT_UNKNOWN;
    return answer->trusted && answer->days_left >= (int)options->min_days ? EXIT_AS_EXPECTED
                                                                          : EXIT_NOT_AS_EXPECTED;
}

bool inspect_there(const struct inspect_question *asked, enum exit_status *status,
                   struct problem *problem, char code[static API_CLIENT_CODE_LEN])
{
    static const char *const families[] = {"any", "ipv4", "ipv6"};
    const struct options *options = asked->options;
    const struct request *request = asked->request;
    struct inspected_answer answer;
    char query[QUERY_LEN];

    if (refuse_survey(options, starttls_for(options, request->ports[0]), problem))
        return false;
    /* a host in canonical form needs no escapes */
    snprintf(query, sizeof(query), "host=%s&port=%u&family=%s&starttls=%s%s",
             request->me ? "me" : request->host.text, (unsigned)request->ports[0],
             families[request->family],
             options->starttls_given ? starttls_name(options->starttls) : "auto",
             options->survey ? "&survey=true" : "");
    if (!remote_inspect(options->server, query, &answer, problem, code))
        return false;
    *status = output_inspected_answer(asked->output, &answer) ? status_of_answer(options, &answer)
                                                              : EXIT_UNKNOWN;
    inspected_answer_free(&answer);
    return true;
}
