/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/check_handlers.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "frontend/handlers/client_limits.h"
#include "frontend/handlers/packet_files.h"
#include "frontend/handlers/page_context.h"
#include "frontend/handlers/reply.h"
#include "frontend/http/csrf.h"
#include "frontend/model/strbuf.h"
#include "frontend/page/page.h"
#include "frontend/render/json.h"
#include "frontend/render/text.h"

/* A check that somebody waits for. */
struct waiting {
    struct request_context visit;
    struct request request;
    struct check_job *check;
};

/* How one form of answer is written. */
struct form {
    bool streams; /* bit by bit, status 200 whatever comes */
    void (*resolved)(const struct waiting *waiting, const struct result *result);
    void (*port)(const struct waiting *waiting, const struct result_target *target,
                 unsigned port_index);
    void (*service)(const struct waiting *waiting, const struct result_target *target,
                    unsigned port_index);
    void (*done)(const struct waiting *waiting, const struct result *result);
    void (*failed)(const struct request_context *visit, const struct request *request,
                   const struct problem *problem);
    void (*place)(const struct waiting *waiting, unsigned index);
};

/* --- JSON and text ------------------------------------------------------------------- */

static void done_as_json(const struct waiting *waiting, const struct result *result)
{
    reply_text(&waiting->visit, 200, "application/json", json_write_result(result));
}

static void done_as_text(const struct waiting *waiting, const struct result *result)
{
    reply_text(&waiting->visit, 200, "text/plain; charset=utf-8", text_result(result));
}

static void failed_at_once(const struct request_context *visit, const struct request *request,
                           const struct problem *problem)
{
    (void)request;
    reply_problem(visit, problem);
}

/* --- server-sent events ------------------------------------------------------------ */

static void resolved_as_event(const struct waiting *waiting, const struct result *result)
{
    reply_event(&waiting->visit, "resolved", json_write_resolved(result));
}

static void port_as_event(const struct waiting *waiting, const struct result_target *target,
                          unsigned port_index)
{
    reply_event(&waiting->visit, "port", json_write_port(target, port_index));
}

static void service_as_event(const struct waiting *waiting, const struct result_target *target,
                             unsigned port_index)
{
    reply_event(&waiting->visit, "service", json_write_service(target, port_index));
}

static void place_as_event(const struct waiting *waiting, unsigned index)
{
    reply_event(&waiting->visit, "place",
                json_write_place(&check_result(waiting->check)->places[index]));
}

static void done_as_event(const struct waiting *waiting, const struct result *result)
{
    if (result->place_count > 0)
        reply_event(&waiting->visit, "comparison", json_write_comparison(result));
    reply_event(&waiting->visit, "done", json_write_result(result));
    exchange_stream_end(waiting->visit.exchange);
}

static void failed_as_event(const struct request_context *visit, const struct request *request,
                            const struct problem *problem)
{
    (void)request;
    metrics_count_problem(&visit->router->metrics, problem);
    reply_event(visit, "error", json_write_problem(problem));
    exchange_stream_end(visit->exchange);
}

/* --- the page, whole or bit by bit ----------------------------------------------------- */

static void done_as_page(const struct waiting *waiting, const struct result *result)
{
    struct page_context room;
    struct page page = page_context(&waiting->visit, &waiting->request, &room);
    char path[PACKET_FILES_PATH_LEN];

    page.result = result;
    page.pcap_path = packet_files_keep(&waiting->visit, result, path) ? path + 1 : NULL;
    reply_text(&waiting->visit, 200, "text/html; charset=utf-8", page_render(&page));
}

static void failed_as_page(const struct request_context *visit, const struct request *request,
                           const struct problem *problem)
{
    struct page_context room;
    struct page page = page_context(visit, request, &room);

    page.problem = problem;
    metrics_count_problem(&visit->router->metrics, problem);
    reply_set_retry_after(visit, problem);
    reply_text(visit, problem_status(problem->id), "text/html; charset=utf-8", page_render(&page));
}

static void resolved_live(const struct waiting *waiting, const struct result *result)
{
    struct page_context room;
    struct page page = page_context(&waiting->visit, &waiting->request, &room);

    page.result = result;
    reply_event(&waiting->visit, "resolved", page_render_answer(&page));
}

static void port_live(const struct waiting *waiting, const struct result_target *target,
                      unsigned port_index)
{
    struct page_context room;
    const struct page page = page_context(&waiting->visit, &waiting->request, &room);

    reply_event(&waiting->visit, "port",
                page_render_port(&page, check_result(waiting->check), target, port_index));
}

static void place_live(const struct waiting *waiting, unsigned index)
{
    struct page_context room;
    const struct page page = page_context(&waiting->visit, &waiting->request, &room);

    reply_event(&waiting->visit, "place",
                page_render_place(&page, check_result(waiting->check), index));
}

static void done_live(const struct waiting *waiting, const struct result *result)
{
    struct page_context room;
    struct page page = page_context(&waiting->visit, &waiting->request, &room);
    char path[PACKET_FILES_PATH_LEN];

    page.result = result;
    page.pcap_path = packet_files_keep(&waiting->visit, result, path) ? path + 1 : NULL;
    reply_event(&waiting->visit, "done", page_render_answer(&page));
    exchange_stream_end(waiting->visit.exchange);
}

static void failed_live(const struct request_context *visit, const struct request *request,
                        const struct problem *problem)
{
    struct page_context room;
    struct page page = page_context(visit, request, &room);

    page.problem = problem;
    metrics_count_problem(&visit->router->metrics, problem);
    reply_event(visit, "problem", page_render_answer(&page));
    exchange_stream_end(visit->exchange);
}

static const struct form forms[] = {
    [API_JSON] = {false, NULL, NULL, NULL, done_as_json, failed_at_once, NULL},
    [API_TEXT] = {false, NULL, NULL, NULL, done_as_text, failed_at_once, NULL},
    [API_EVENTS] = {true, resolved_as_event, port_as_event, service_as_event, done_as_event,
                    failed_as_event, place_as_event},
    [API_PAGE] = {false, NULL, NULL, NULL, done_as_page, failed_as_page, NULL},
    [API_LIVE] = {true, resolved_live, port_live, NULL, done_live, failed_live, place_live},
};

/* --- what becomes of a check ----------------------------------------------------------- */

static const struct form *form_of(const struct request_context *visit)
{
    return &forms[visit->format];
}

static void on_resolved(void *context, const struct result *result)
{
    const struct waiting *waiting = context;

    if (form_of(&waiting->visit)->resolved != NULL)
        form_of(&waiting->visit)->resolved(waiting, result);
}

static void on_port(void *context, const struct result_target *target, unsigned port_index)
{
    const struct waiting *waiting = context;

    metrics_count_verdict(&waiting->visit.router->metrics, &target->verdicts[port_index]);
    if (form_of(&waiting->visit)->port != NULL)
        form_of(&waiting->visit)->port(waiting, target, port_index);
}

static void on_service(void *context, const struct result_target *target, unsigned port_index)
{
    const struct waiting *waiting = context;

    if (target->services[port_index] != NULL)
        metrics_count_inspection(&waiting->visit.router->metrics, target->services[port_index]);
    if (form_of(&waiting->visit)->service != NULL)
        form_of(&waiting->visit)->service(waiting, target, port_index);
}

static void on_place(void *context, unsigned index)
{
    const struct waiting *waiting = context;

    if (form_of(&waiting->visit)->place != NULL)
        form_of(&waiting->visit)->place(waiting, index);
}

static void on_done(void *context, const struct result *result)
{
    struct waiting *waiting = context;

    metrics_count_check(&waiting->visit.router->metrics, result->duration_ns);
    form_of(&waiting->visit)->done(waiting, result);
    free(waiting);
}

static void on_failed(void *context, const struct problem *problem)
{
    struct waiting *waiting = context;

    form_of(&waiting->visit)->failed(&waiting->visit, &waiting->request, problem);
    free(waiting);
}

static void on_gone(void *context)
{
    struct waiting *waiting = context;

    check_cancel(waiting->check);
    free(waiting);
}

static const struct check_ops check_ops = {on_resolved, on_port,   on_service,
                                           on_done,     on_failed, on_place};

static void begin_stream(const struct request_context *visit)
{
    client_limits_set_headers(visit);
    exchange_stream_begin(visit->exchange, 200, "text/event-stream");
}

/* Begins the check; false with a problem that is there at once. */
static bool begin(const struct request_context *visit, const struct request *request,
                  struct problem *problem)
{
    struct waiting *waiting = calloc(1, sizeof(*waiting));

    if (waiting == NULL)
        return problem_set(problem, CAUSE_NO_MEMORY, NULL);
    waiting->visit = *visit;
    waiting->request = *request;
    waiting->check = check_begin(&visit->router->checks, &waiting->request, &visit->visitor,
                                 &check_ops, waiting, problem);
    if (waiting->check == NULL) {
        free(waiting);
        return false;
    }
    exchange_on_gone(visit->exchange, on_gone, waiting);
    if (form_of(visit)->streams) {
        begin_stream(visit);
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

static bool read_request(const struct request_context *visit, struct request *request,
                         struct problem *problem)
{
    const struct exchange_request *asked = exchange_request(visit->exchange);
    const struct policy *policy = &visit->router->config->policy;

    *request = (struct request){0};
    if (asked->method != EXCHANGE_POST)
        return request_from_query(asked->query, policy, request, problem);
    if (!is_json(visit->exchange)) /* a type that a plain form of another site can't send */
        return problem_set(problem, CAUSE_CONTENT_TYPE, NULL);
    return json_read_request(asked->body, asked->body_len, policy, request, problem);
}

/* Without an inspector there is no such key, and with one it is a known one. */
static bool judge_service(const struct request_context *visit, const struct request *request,
                          bool sound, struct problem *problem)
{
    if (visit->router->inspector == NULL)
        return request->names_service
                   ? problem_refuse_key(problem, request_keys, "service", strlen("service"))
                   : sound;
    if (!sound && problem->keys != NULL)
        problem_set_keys(problem, request_keys_inspected);
    if (sound && request->service && (request->from_all || request->from_count > 0))
        return problem_set(problem, CAUSE_SERVICE_WITH_FROM, "#/service");
    if (!sound || !request->service || inspector_link_is_ready(visit->router->inspector))
        return sound;
    problem_set(problem, CAUSE_INSPECTOR_DOWN, NULL);
    problem->retry_after_s = 1;
    return false;
}

void handle_check(const struct request_context *visit)
{
    struct request request = {0}; /* a refused type leaves it as it is */
    struct problem problem = {0};

    if (!judge_service(visit, &request, read_request(visit, &request, &problem), &problem) ||
        !begin(visit, &request, &problem))
        reply_problem(visit, &problem);
}

/* A question in the query, to be answered as people read it; the form comes back as it was
 * typed. */
static void ask(const struct request_context *visit)
{
    const struct exchange_request *asked = exchange_request(visit->exchange);
    struct request request;
    struct request_link link;
    struct problem problem, mistake;
    bool sound =
        request_from_link(asked->query, &visit->router->config->policy, &request, &link, &mistake);

    exchange_set_header(visit->exchange, "X-Robots-Tag", "noindex");
    if (client_limits_take_one(visit, &problem)) {
        if (sound && begin(visit, &request, &problem))
            return;
        if (!sound)
            problem = mistake;
    }
    if (form_of(visit)->streams)
        begin_stream(visit);
    form_of(visit)->failed(visit, &request, &problem);
}

/* The form, filled in as far as the query says; it asks nothing and is free. */
static void reply_form(const struct request_context *visit, const char *note)
{
    const struct exchange_request *asked = exchange_request(visit->exchange);
    struct page_context room;
    struct request request;
    struct request_link link;
    struct problem ignored;
    struct page page;

    request_from_link(asked->query, &visit->router->config->policy, &request, &link, &ignored);
    page = page_context(visit, &request, &room);
    page.note = note;
    if (asked->query[0] != '\0')
        exchange_set_header(visit->exchange, "X-Robots-Tag", "noindex");
    reply_text(visit, 200, "text/html; charset=utf-8", page_render(&page));
}

/* Does a browser load it as a page, for somebody to see?  Not a picture, a frame or a script. */
static bool is_page_load(const struct exchange *exchange)
{
    const char *dest = exchange_header(exchange, "Sec-Fetch-Dest");

    return dest != NULL && strcmp(dest, "document") == 0;
}

/* The page without a question is free; with one it costs what the API costs.  A question that
 * another site, or nobody, may have asked is put into the form, for the person to send or not. */
void handle_page(const struct request_context *visit)
{
    const char *query = exchange_request(visit->exchange)->query;
    struct request_context page = *visit;
    struct request request;
    struct request_link link;
    struct problem problem;

    page.format = API_PAGE;
    request_from_link(query, &visit->router->config->policy, &request, &link, &problem);
    if (!link.asks)
        reply_form(&page, NULL);
    else if (!csrf_is_elsewhere(visit->exchange) && !visit->is_unproven)
        ask(&page);
    else if (!csrf_is_elsewhere(visit->exchange))
        reply_form(&page, "A link led you here with a question. Press Check to ask it.");
    else if (is_page_load(visit->exchange))
        reply_form(&page, "Another site's page led you here with a question. Press Check to ask "
                          "it.");
    else {
        problem_set(&problem, CAUSE_CROSS_SITE, NULL);
        reply_problem(visit, &problem);
    }
}

/* What the page's own script asks: a stream in any case, also to say what is wrong. */
void handle_live(const struct request_context *visit)
{
    struct request_context live = *visit;

    live.format = API_LIVE;
    ask(&live);
}
