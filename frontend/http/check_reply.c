/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks asked over HTTP, and their answers in four forms. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/clock.h"
#include "frontend/api_json.h"
#include "frontend/http/api.h"
#include "frontend/page.h"
#include "frontend/plain_text.h"
#include "frontend/strbuf.h"

/* A check that somebody waits for. */
struct waiting {
    struct visit visit;
    struct request request;
    struct check *check;
};

/* --- server-sent events ------------------------------------------------------------ */

static void send_event(const struct waiting *waiting, const char *event, char *json)
{
    struct strbuf buf = {0};
    char *text;

    if (json == NULL)
        return;
    strbuf_printf(&buf, "event: %s\ndata: %s\n\n", event, json);
    text = strbuf_take(&buf);
    if (text != NULL)
        exchange_stream_send(waiting->visit.exchange, text, strlen(text));
    free(text);
    free(json);
}

static void on_resolved(void *context, const struct result *result)
{
    const struct waiting *waiting = context;

    if (waiting->visit.format == API_EVENTS)
        send_event(waiting, "resolved", api_json_write_resolved(result));
}

static void on_port(void *context, const struct result_target *target, unsigned port_index)
{
    const struct waiting *waiting = context;

    metrics_count_verdict(&waiting->visit.api->metrics, &target->verdicts[port_index]);
    if (waiting->visit.format == API_EVENTS)
        send_event(waiting, "port", api_json_write_port(target, port_index));
}

/* --- the end ------------------------------------------------------------------------- */

static void reply_page(const struct visit *visit, const struct request *request,
                       const struct result *result, const struct problem *problem)
{
    struct page page = {
        .policy = &visit->api->config->policy,
        .visitor = &visit->visitor,
        .request = request,
        .result = result,
        .problem = problem,
    };

    if (problem != NULL)
        api_set_retry_after(visit, problem);
    api_reply(visit, problem != NULL ? problem_status(problem->id) : 200,
              "text/html; charset=utf-8", page_render(&page));
}

static void on_done(void *context, const struct result *result)
{
    struct waiting *waiting = context;
    const struct visit *visit = &waiting->visit;

    switch (visit->format) {
    case API_JSON: api_reply(visit, 200, "application/json", api_json_write_result(result)); break;
    case API_TEXT:
        api_reply(visit, 200, "text/plain; charset=utf-8", plain_text_result(result));
        break;
    case API_EVENTS:
        send_event(waiting, "done", api_json_write_result(result));
        exchange_stream_end(visit->exchange);
        break;
    case API_PAGE: reply_page(visit, &waiting->request, result, NULL); break;
    }
    free(waiting);
}

static void on_failed(void *context, const struct problem *problem)
{
    struct waiting *waiting = context;
    const struct visit *visit = &waiting->visit;

    switch (visit->format) {
    case API_JSON:
    case API_TEXT: api_reply_problem(visit, problem); break;
    case API_EVENTS:
        visit->api->metrics.problems[problem->id]++;
        send_event(waiting, "error", api_json_write_problem(problem));
        exchange_stream_end(visit->exchange);
        break;
    case API_PAGE:
        visit->api->metrics.problems[problem->id]++;
        reply_page(visit, &waiting->request, NULL, problem);
        break;
    }
    free(waiting);
}

static void on_gone(void *context)
{
    struct waiting *waiting = context;

    check_cancel(waiting->check);
    free(waiting);
}

static const struct check_ops check_ops = {on_resolved, on_port, on_done, on_failed};

/* Begins the check; a problem at once is answered in the visit's own form. */
static bool begin(const struct visit *visit, const struct request *request, struct problem *problem)
{
    struct waiting *waiting = calloc(1, sizeof(*waiting));

    if (waiting == NULL)
        return problem_set(problem, PROBLEM_BUSY, NULL, NULL, "Out of memory.");
    waiting->visit = *visit;
    waiting->request = *request;
    waiting->check =
        check_begin(&visit->api->checks, request, &visit->visitor, &check_ops, waiting, problem);
    if (waiting->check == NULL) {
        free(waiting);
        return false;
    }
    exchange_on_gone(visit->exchange, on_gone, waiting);
    if (visit->format == API_EVENTS) {
        api_set_limit_headers(visit);
        exchange_stream_begin(visit->exchange, 200, "text/event-stream");
        if (check_result(waiting->check)->target_count > 0)
            on_resolved(waiting, check_result(waiting->check));
    }
    return true;
}

/* --- the question ---------------------------------------------------------------------- */

static bool is_json(const struct exchange *exchange)
{
    const char *type = exchange_header(exchange, "Content-Type");

    return type != NULL && strncasecmp(type, "application/json", 16) == 0 &&
           strchr("; \t", type[16]) != NULL;
}

static bool read_request(const struct visit *visit, struct request *request,
                         struct problem *problem)
{
    const struct exchange_request *asked = exchange_request(visit->exchange);
    const struct policy *policy = &visit->api->config->policy;

    if (asked->method != EXCHANGE_POST)
        return request_from_query(asked->query, policy, request, problem);
    if (!is_json(visit->exchange)) /* a type that a plain form of another site can't send */
        return problem_set(problem, PROBLEM_MALFORMED_REQUEST, "content-type", NULL,
                           "The Content-Type must be application/json.");
    return api_json_read_request(asked->body, asked->body_len, policy, request, problem);
}

void api_handle_check(const struct visit *visit)
{
    struct request request;
    struct problem problem;

    if (!read_request(visit, &request, &problem) || !begin(visit, &request, &problem))
        api_reply_problem(visit, &problem);
}

static bool take_first_unit(const struct visit *visit, struct problem *problem)
{
    struct ratelimit_state state =
        ratelimit_take(visit->api->checks.visitors, &visit->visitor, 1, clock_now_ns());

    if (state.allowed)
        return true;
    problem_set(problem, PROBLEM_RATE_LIMITED, "client", NULL,
                "You have asked too often; a little patience.");
    problem->retry_after_s = (uint32_t)((state.retry_after_ns + NS_PER_S - 1) / NS_PER_S);
    return false;
}

/* The page without a question is free; with one it costs what the API costs. */
void api_handle_page(const struct visit *visit)
{
    const struct exchange_request *asked = exchange_request(visit->exchange);
    const struct policy *policy = &visit->api->config->policy;
    struct visit page = *visit;
    struct request request;
    struct problem problem, mistake;
    bool sound;

    page.format = API_PAGE;
    if (asked->query[0] == '\0') {
        reply_page(&page, NULL, NULL, NULL);
        return;
    }
    sound = request_from_query(asked->query, policy, &request, &mistake);
    if (take_first_unit(&page, &problem)) {
        if (sound && begin(&page, &request, &problem))
            return;
        if (!sound)
            problem = mistake;
    }
    page.api->metrics.problems[problem.id]++;
    reply_page(&page, &request, NULL, &problem);
}
