/* SPDX-License-Identifier: BSD-2-Clause */
/* /api/v1/tls and /tls: a port check, and behind each open port the inspector. */

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/daemon/page_context.h"
#include "frontend/daemon/router.h"
#include "frontend/inspect/json_inspection.h"
#include "frontend/inspect/page_tls.h"
#include "frontend/model/inspected.h"
#include "frontend/model/tls_request.h"
#include "frontend/render/inspection_text.h"
#include "frontend/render/json.h"

/* What an inspection costs beside the port check. */
enum { INSPECT_COST = 4, SURVEY_COST = 5, PATIENT_COST = 5 };

/* An inspection that somebody waits for: first the check, then a job for each open port. */
struct inspecting {
    struct request_context visit;
    struct tls_request asked;
    struct check_job *check; /* NULL once it is done */
    struct inspected inspected;
    unsigned pending;
    struct inspecting_target {
        struct inspecting *all;
        struct inspection_subscriber subscriber;
        bool holds_worker;
    } targets[RESULT_TARGETS_MAX];
};

/* --- answers ----------------------------------------------------------------------------- */

/* What a struct page_tls points to. */
struct tls_room {
    struct page_context context;
    struct page frame;
};

static struct page_tls page_of(const struct request_context *visit, const struct tls_request *asked,
                               struct tls_room *room)
{
    struct page_tls page = {.frame = &room->frame, .asked = asked};

    room->frame = page_context(visit, NULL, &room->context);
    memcpy(page.typed, room->context.link.typed, sizeof(page.typed));
    return page;
}

static void reply_inspected(const struct inspecting *inspecting)
{
    const struct request_context *visit = &inspecting->visit;
    struct tls_room room;
    struct page_tls page = page_of(visit, &inspecting->asked, &room);

    switch (visit->format) {
    case API_PAGE:
        page.inspected = &inspecting->inspected;
        router_reply(visit, 200, "text/html; charset=utf-8", page_tls_render(&page));
        break;
    case API_TEXT:
        router_reply(visit, 200, "text/plain; charset=utf-8",
                     inspection_lines(&inspecting->inspected));
        break;
    case API_EVENTS:
        send_event(visit, "done", json_write_inspected(&inspecting->inspected));
        exchange_stream_end(visit->exchange);
        break;
    default:
        router_reply(visit, 200, "application/json", json_write_inspected(&inspecting->inspected));
        break;
    }
}

static void reply_failed(const struct request_context *visit, const struct tls_request *asked,
                         const struct problem *problem)
{
    struct tls_room room;
    struct page_tls page = page_of(visit, asked, &room);

    if (visit->format != API_PAGE) {
        router_reply_problem(visit, problem);
        return;
    }
    page.problem = problem;
    metrics_count_problem(&visit->router->metrics, problem);
    router_set_retry_after(visit, problem);
    router_reply(visit, problem_status(problem->id), "text/html; charset=utf-8",
                 page_tls_render(&page));
}

/* The stream was begun: its status is out. */
static void end_with_problem(const struct inspecting *inspecting, const struct problem *problem)
{
    const struct request_context *visit = &inspecting->visit;

    if (visit->format != API_EVENTS) {
        reply_failed(visit, &inspecting->asked, problem);
        return;
    }
    metrics_count_problem(&visit->router->metrics, problem);
    send_event(visit, "error", json_write_problem(problem));
    exchange_stream_end(visit->exchange);
}

/* It holds a worker no more. */
static void end_job(const struct inspecting *inspecting, struct inspecting_target *target)
{
    if (target->holds_worker)
        conn_count_remove(inspecting->visit.router->checks.inspections, &inspecting->visit.visitor);
    target->holds_worker = false;
}

static void forget_jobs(struct inspecting *inspecting)
{
    for (unsigned i = 0; i < RESULT_TARGETS_MAX; i++) {
        inspection_shares_leave(&inspecting->targets[i].subscriber);
        end_job(inspecting, &inspecting->targets[i]);
    }
}

static void fail(struct inspecting *inspecting, const struct problem *problem)
{
    forget_jobs(inspecting);
    end_with_problem(inspecting, problem);
    free(inspecting);
}

static void finish(struct inspecting *inspecting)
{
    struct inspected *inspected = &inspecting->inspected;
    struct metrics *metrics = &inspecting->visit.router->metrics;

    inspected->duration_ns = clock_wall_ns() - inspected->started_wall_ns;
    for (unsigned i = 0; i < inspected->target_count; i++)
        metrics_count_inspection(metrics, &inspected->targets[i].inspection);
    reply_inspected(inspecting);
    free(inspecting);
}

/* --- what the inspector says ---------------------------------------------------------------- */

static void on_inspected(void *context, const struct inspection *inspection)
{
    struct inspecting_target *target = context;
    struct inspecting *inspecting = target->all;

    inspecting->inspected.targets[target - inspecting->targets].inspection = *inspection;
    end_job(inspecting, target);
    if (inspecting->visit.format == API_EVENTS)
        send_event(&inspecting->visit, inspecting->asked.greeting ? "service" : "tls",
                   json_write_inspected_one(&inspecting->inspected,
                                            (unsigned)(target - inspecting->targets)));
    if (--inspecting->pending == 0)
        finish(inspecting);
}

static void on_inspection_refused(void *context, enum inspect_refusal reason,
                                  uint32_t retry_after_ms)
{
    struct inspecting_target *target = context;
    struct problem problem;

    switch (reason) {
    case INSPECT_REFUSED_POLICY: problem_set(&problem, CAUSE_INSPECTOR_TARGET, NULL); break;
    case INSPECT_REFUSED_RATE: problem_set(&problem, CAUSE_TARGET_SPENT, NULL); break;
    default: problem_set(&problem, CAUSE_TOO_MANY_CHECKS, NULL); break;
    }
    problem.retry_after_s = (retry_after_ms + 999) / 1000;
    fail(target->all, &problem);
}

static void set_inspector_down(struct problem *problem)
{
    problem_set(problem, CAUSE_INSPECTOR_DOWN, NULL);
    problem->retry_after_s = 1;
}

static void on_inspector_lost(void *context)
{
    struct inspecting_target *target = context;
    struct problem problem;

    set_inspector_down(&problem);
    fail(target->all, &problem);
}

static const struct inspector_job_ops job_ops = {on_inspected, on_inspection_refused,
                                                 on_inspector_lost};

/* --- what the prober said ------------------------------------------------------------------- */

static bool ask_inspector(struct inspecting *inspecting, unsigned i, struct problem *problem)
{
    const struct checks *checks = &inspecting->visit.router->checks;
    struct inspecting_target *target = &inspecting->targets[i];
    struct inspected *inspected = &inspecting->inspected;
    enum inspector_link_status status = INSPECTOR_LINK_FULL;
    struct inspect_ask ask = {
        .kind = inspecting->asked.greeting ? INSPECT_GREETING : INSPECT_TLS,
        .starttls =
            (uint8_t)(inspecting->asked.greeting ? STARTTLS_NONE : inspecting->asked.starttls),
        .addr = inspected->targets[i].addr,
        .port = inspected->port,
        .survey = inspecting->asked.survey,
        .patient = inspecting->asked.patient,
        .text = addr_equal(&inspected->targets[i].addr, &inspecting->visit.visitor),
    };

    memcpy(ask.name, inspected->name, sizeof(ask.name));
    target->all = inspecting;
    target->subscriber.ops = &job_ops;
    target->subscriber.context = target;
    target->holds_worker = conn_count_add(checks->inspections, &inspecting->visit.visitor);
    if (target->holds_worker)
        status = inspection_shares_ask(checks->shares, &ask, &target->subscriber);
    switch (status) {
    case INSPECTOR_LINK_OK: inspecting->pending++; return true;
    case INSPECTOR_LINK_DOWN: set_inspector_down(problem); break;
    case INSPECTOR_LINK_FULL:
        problem_set(problem, CAUSE_TOO_MANY_CHECKS, NULL);
        problem->retry_after_s = 1;
        break;
    }
    end_job(inspecting, target);
    return false;
}

static void copy_result(struct inspecting *inspecting, const struct result *result)
{
    struct inspected *inspected = &inspecting->inspected;

    memcpy(inspected->host, result->host, sizeof(inspected->host));
    if (!inspecting->asked.request.me && inspecting->asked.request.host.addr.family == ADDR_NONE)
        memcpy(inspected->name, result->host, sizeof(inspected->name));
    inspected->started_wall_ns = result->started_wall_ns;
    inspected->port = inspecting->asked.request.ports[0];
    inspected->greeting = inspecting->asked.greeting;
    inspected->target_count = result->target_count;
    for (unsigned i = 0; i < result->target_count; i++) {
        struct inspected_target *target = &inspected->targets[i];
        target->addr = result->targets[i].addr;
        target->port_state = result->targets[i].verdicts[0].state;
        target->inspection.alert = -1;
        target->inspection.starttls = (uint8_t)inspecting->asked.starttls;
        target->inspection.state = INSPECTION_UNREACHABLE;
    }
}

static void on_checked(void *context, const struct result *result)
{
    struct inspecting *inspecting = context;
    struct problem problem;

    metrics_count_check(&inspecting->visit.router->metrics, result->duration_ns);
    inspecting->check = NULL; /* the check frees itself */
    copy_result(inspecting, result);
    for (unsigned i = 0; i < result->target_count; i++)
        if (result->targets[i].verdicts[0].state == STATE_OPEN &&
            !ask_inspector(inspecting, i, &problem)) {
            fail(inspecting, &problem);
            return;
        }
    if (inspecting->pending == 0)
        finish(inspecting);
}

static void on_resolved(void *context, const struct result *result)
{
    const struct inspecting *inspecting = context;

    if (inspecting->visit.format == API_EVENTS)
        send_event(&inspecting->visit, "resolved", json_write_resolved(result));
}

static void on_port(void *context, const struct result_target *target, unsigned port_index)
{
    const struct inspecting *inspecting = context;

    metrics_count_verdict(&inspecting->visit.router->metrics, &target->verdicts[port_index]);
    if (inspecting->visit.format == API_EVENTS)
        send_event(&inspecting->visit, "port", json_write_port(target, port_index));
}

static void on_failed(void *context, const struct problem *problem)
{
    struct inspecting *inspecting = context;

    inspecting->check = NULL;
    fail(inspecting, problem);
}

/* The check itself looks behind no port. */
static const struct check_ops check_ops = {on_resolved, on_port, NULL, on_checked, on_failed};

static void on_gone(void *context)
{
    struct inspecting *inspecting = context;

    if (inspecting->check != NULL)
        check_cancel(inspecting->check);
    forget_jobs(inspecting);
    free(inspecting);
}

/* --- the question ----------------------------------------------------------------------------- */

/* cost is what is still to be paid of the whole. */
static bool charge(const struct request_context *visit, uint32_t cost, uint32_t whole,
                   struct problem *problem)
{
    struct ratelimit_state state =
        ratelimit_take(visit->router->checks.visitors, &visit->visitor, cost, clock_now_ns());

    if (state.allowed)
        return true;
    problem_set_numbers(problem, CAUSE_CLIENT_COST, NULL, whole, 0);
    problem->retry_after_s = (uint32_t)clock_ns_to_s_up(state.retry_after_ns);
    return false;
}

static uint32_t cost_of(const struct tls_request *asked)
{
    uint32_t cost = INSPECT_COST;

    cost += asked->survey ? SURVEY_COST : 0;
    cost += asked->patient ? PATIENT_COST : 0;
    return cost;
}

static bool begin(const struct request_context *visit, const struct tls_request *asked,
                  struct problem *problem)
{
    struct inspecting *inspecting;

    if (!inspector_link_is_ready(visit->router->inspector)) {
        set_inspector_down(problem);
        return false;
    }
    inspecting = calloc(1, sizeof(*inspecting));
    if (inspecting == NULL)
        return problem_set(problem, CAUSE_NO_MEMORY, NULL);
    inspecting->visit = *visit;
    inspecting->asked = *asked;
    inspecting->check = check_begin(&visit->router->checks, &inspecting->asked.request,
                                    &visit->visitor, &check_ops, inspecting, problem);
    if (inspecting->check == NULL) {
        free(inspecting);
        return false;
    }
    exchange_on_gone(visit->exchange, on_gone, inspecting);
    if (visit->format != API_EVENTS)
        return true;
    router_set_limit_headers(visit);
    exchange_stream_begin(visit->exchange, 200, "text/event-stream");
    if (check_result(inspecting->check)->target_count > 0)
        on_resolved(inspecting, check_result(inspecting->check));
    return true;
}

void router_handle_tls(const struct request_context *visit)
{
    struct tls_request asked;
    struct problem problem;

    if (!tls_request_from_query(exchange_request(visit->exchange)->query,
                                &visit->router->config->policy, &asked, &problem) ||
        !charge(visit, cost_of(&asked), cost_of(&asked) + 1, &problem) ||
        !begin(visit, &asked, &problem))
        reply_failed(visit, &asked, &problem);
}

/* The page without a question is free; with one it costs what the API costs. */
void router_handle_tls_page(const struct request_context *visit)
{
    struct request_context page = *visit;
    const char *query = exchange_request(visit->exchange)->query;
    struct page_tls form;
    struct tls_room room;
    struct tls_request asked;
    struct problem problem;

    page.format = API_PAGE;
    if (query[0] == '\0') {
        form = page_of(&page, NULL, &room);
        router_reply(&page, 200, "text/html; charset=utf-8", page_tls_render(&form));
        return;
    }
    if (!tls_request_from_query(query, &visit->router->config->policy, &asked, &problem) ||
        !charge(&page, cost_of(&asked) + 1, cost_of(&asked) + 1, &problem) ||
        !begin(&page, &asked, &problem))
        reply_failed(&page, &asked, &problem);
}
