/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/host_handlers.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/handlers/page_context.h"
#include "frontend/handlers/reply.h"
#include "frontend/host/host_render.h"
#include "frontend/http/csrf.h"
#include "frontend/limits/costs.h"
#include "frontend/model/offered_ports.h"
#include "frontend/model/strbuf.h"
#include "frontend/page/host_page.h"

enum { ANY_PORT = 443, DAY_S = 86400 };

/* One visitor who waits. */
struct host_job {
    struct request_context visit;
    bool is_page;
    struct request request;
    struct resolver_query *query; /* either of them, never both */
    struct resolver_inquiry *inquiry;
    uint64_t start_ns;
    struct host_answer answer;
};

/* --- the end ------------------------------------------------------------------------------- */

static void end_job(struct host_job *job)
{
    struct checks *checks = &job->visit.router->checks;

    if (job->query != NULL)
        resolver_cancel(job->query);
    if (job->inquiry != NULL)
        resolver_inquiry_cancel(job->inquiry);
    conn_count_remove(checks->active_checks, &job->visit.visitor);
    checks->pending--;
    free(job);
}

static void on_gone(void *context)
{
    end_job(context);
}

static void reply_page(const struct request_context *visit, int status,
                       const struct problem *problem, const char *note,
                       const struct host_answer *answer)
{
    struct page_context room;
    struct page page = page_context(visit, NULL, &room);

    page.problem = problem;
    page.note = note;
    if (exchange_request(visit->exchange)->query[0] != '\0')
        exchange_set_header(visit->exchange, "X-Robots-Tag", "noindex");
    reply_text(visit, status, "text/html; charset=utf-8", host_page_render(&page, answer));
}

static void refuse(const struct request_context *visit, bool is_page, const struct problem *problem)
{
    if (!is_page) {
        reply_problem(visit, problem);
        return;
    }
    metrics_count_problem(&visit->router->metrics, problem);
    reply_set_retry_after(visit, problem);
    reply_page(visit, problem_status(problem->id), problem, NULL, NULL);
}

static void fail(struct host_job *job, const struct problem *problem)
{
    exchange_on_gone(job->visit.exchange, NULL, NULL);
    refuse(&job->visit, job->is_page, problem);
    end_job(job);
}

static void tell(struct host_job *job)
{
    const struct request_context *visit = &job->visit;

    exchange_on_gone(visit->exchange, NULL, NULL);
    job->answer.duration_ns = clock_now_ns() - job->start_ns;
    if (job->is_page)
        reply_page(visit, 200, NULL, NULL, &job->answer);
    else if (visit->format == API_TEXT)
        reply_text(visit, 200, "text/plain; charset=utf-8", host_write_text(&job->answer));
    else
        reply_text(visit, 200, "application/json", host_write_json(&job->answer));
    end_job(job);
}

/* --- the way there ---------------------------------------------------------------------------- */

static void on_facts(void *context, const struct inquiry_facts *facts)
{
    struct host_job *job = context;

    job->inquiry = NULL;
    job->answer.facts = *facts;
    tell(job);
}

/* An address that this visitor has not asked about lately is a new target, as with a check: who
 * walks through a network by its names is after something else. */
static bool take_new_targets(struct host_job *job, struct problem *problem)
{
    struct checks *checks = &job->visit.router->checks;
    const struct addr *visitor = &job->visit.visitor;
    struct ratelimit_state state;
    uint64_t now_ns = clock_now_ns();
    uint32_t fresh = 0;

    for (unsigned i = 0; i < job->answer.addr_count; i++)
        fresh += !recent_targets_contains(checks->recent_targets, visitor,
                                          &job->answer.addrs[i].addr, now_ns) &&
                 !addr_equal(visitor, &job->answer.addrs[i].addr);
    state = ratelimit_take(checks->new_targets, visitor, fresh, now_ns);
    if (!state.allowed) {
        problem_set(problem, CAUSE_CLIENT_TARGETS, NULL);
        problem->retry_after_s = (uint32_t)clock_ns_to_s_up(state.retry_after_ns);
        return false;
    }
    for (unsigned i = 0; i < job->answer.addr_count; i++)
        recent_targets_add(checks->recent_targets, visitor, &job->answer.addrs[i].addr, now_ns);
    return true;
}

/* With the addresses known and judged. */
static bool inquire(struct host_job *job, struct problem *problem)
{
    struct addr addrs[INQUIRY_ADDRS_MAX];
    const struct resolver_subject subject = {
        .name = job->answer.is_name ? job->answer.host : NULL,
        .addrs = addrs,
        .addr_count = job->answer.addr_count,
        .client = &job->visit.visitor,
    };

    if (!take_new_targets(job, problem))
        return false;
    for (unsigned i = 0; i < job->answer.addr_count; i++)
        addrs[i] = job->answer.addrs[i].addr;
    job->inquiry = resolver_inquire(job->visit.router->checks.resolver, &subject, on_facts, job);
    if (job->inquiry != NULL)
        return true;
    problem_set(problem, CAUSE_TOO_MANY_LOOKUPS, NULL);
    problem->retry_after_s = 1;
    return false;
}

static void on_resolved(void *context, const struct lookups *lookups)
{
    struct host_job *job = context;
    struct selection ignored;
    struct problem problem;

    job->query = NULL;
    /* it judges every address, not only the two that it would choose */
    if (select_addresses(lookups, &job->visit.router->config->policy, &ignored, &problem)) {
        host_answer_take_lookups(&job->answer, lookups, job->visit.router->checks.networks);
        if (inquire(job, &problem))
            return;
    }
    fail(job, &problem);
}

static bool begin(struct host_job *job, struct problem *problem)
{
    const struct request *request = &job->request;
    const struct request_context *visit = &job->visit;
    struct addr addr = request->me ? visit->visitor : request->host.addr;
    const struct resolver_question question = {
        .name = request->host.text,
        .client = visit->visitor,
        .ipv4 = request_wants_family(request, ADDR_IPV4),
        .ipv6 = request_wants_family(request, ADDR_IPV6),
    };

    if (addr.family != ADDR_NONE) {
        addr_format(&addr, job->answer.host);
        if (!request_check_address(&visit->router->config->policy, &addr, problem))
            return false;
        host_answer_take_address(&job->answer, &addr, visit->router->checks.networks);
        return inquire(job, problem);
    }
    memcpy(job->answer.host, request->host.text, sizeof(job->answer.host));
    job->query = resolver_ask(visit->router->checks.resolver, &question, on_resolved, job);
    if (job->query != NULL)
        return true;
    problem_set(problem, CAUSE_TOO_MANY_LOOKUPS, NULL);
    problem->retry_after_s = 1;
    return false;
}

/* Takes one of the visitor's places, as a check does; NULL with *problem. */
static struct host_job *make_job(const struct request_context *visit, const struct request *request,
                                 struct problem *problem)
{
    struct checks *checks = &visit->router->checks;
    struct host_job *job;

    if (!conn_count_add(checks->active_checks, &visit->visitor)) {
        problem_set_numbers(problem, CAUSE_CLIENT_CHECKS, NULL,
                            conn_count_max(checks->active_checks), 0);
        problem->retry_after_s = 1;
        return NULL;
    }
    job = checks->pending < checks->config->limits.max_pending ? calloc(1, sizeof(*job)) : NULL;
    if (job == NULL) {
        conn_count_remove(checks->active_checks, &visit->visitor);
        problem_set(problem, CAUSE_TOO_MANY_CHECKS, NULL);
        problem->retry_after_s = 1;
        return NULL;
    }
    checks->pending++;
    job->visit = *visit;
    job->request = *request;
    job->start_ns = clock_now_ns();
    job->answer.started_wall_ns = clock_wall_ns();
    job->answer.visitor = visit->visitor;
    job->answer.max_age_s = (uint64_t)checks->config->networks.max_age_days * DAY_S;
    return job;
}

static bool ask(const struct request_context *visit, const struct request *request, bool is_page,
                struct problem *problem)
{
    struct host_job *job = make_job(visit, request, problem);

    if (job == NULL)
        return false;
    job->is_page = is_page;
    if (!begin(job, problem)) {
        end_job(job);
        return false;
    }
    exchange_on_gone(visit->exchange, on_gone, job);
    return true;
}

/* --- the question
 * --------------------------------------------------------------------------------- */

/* The decoders of a check want a port: one that is allowed goes in front. */
static char *with_port(const struct request_context *visit)
{
    const struct policy *policy = &visit->router->config->policy;
    struct strbuf buf = {0};

    strbuf_printf(&buf, "ports=%u&",
                  policy->any_port ? (unsigned)ANY_PORT : offered_port_after(policy, 0));
    strbuf_append(&buf, exchange_request(visit->exchange)->query);
    return strbuf_take(&buf);
}

static bool has_known_keys(const char *query, struct problem *problem)
{
    static const char *const keys[] = {"host", "family", NULL};
    size_t len;

    for (const char *pair = query; *pair != '\0'; pair += len + (pair[len] == '&')) {
        len = strcspn(pair, "&");
        if (len > 0 && strncmp(pair, "host=", 5) != 0 && strncmp(pair, "family=", 7) != 0)
            return problem_refuse_key(problem, keys, pair, strcspn(pair, "=&"));
    }
    return true;
}

void handle_host_api(const struct request_context *visit)
{
    const char *query = exchange_request(visit->exchange)->query;
    char *whole = with_port(visit);
    struct request request;
    struct problem problem;
    bool ok;

    ok = whole != NULL || problem_set(&problem, CAUSE_NO_MEMORY, NULL);
    ok = ok && has_known_keys(query, &problem) &&
         request_from_query(whole, &visit->router->config->policy, &request, &problem) &&
         ask(visit, &request, false, &problem);
    if (!ok)
        reply_problem(visit, &problem);
    free(whole);
}

static bool take_cost(const struct request_context *visit, struct problem *problem)
{
    struct ratelimit_state state =
        ratelimit_take(visit->router->checks.visitors, &visit->visitor, COST_HOST, clock_now_ns());

    if (state.allowed)
        return true;
    problem_set(problem, CAUSE_CLIENT_TOO_OFTEN, NULL);
    problem->retry_after_s = (uint32_t)clock_ns_to_s_up(state.retry_after_ns);
    return false;
}

/* As with the page of checks: a question that another site, or nobody, may have asked is put into
 * the form, for the person to send or not. */
void handle_host_page(const struct request_context *visit)
{
    const char *query = exchange_request(visit->exchange)->query;
    char *whole = with_port(visit);
    struct request request;
    struct request_link link;
    struct problem problem;
    bool ok;

    if (strstr(query, "host=") == NULL) {
        reply_page(visit, 200, NULL, NULL, NULL);
    } else if (csrf_is_elsewhere(visit->exchange) || csrf_is_unproven(visit->exchange)) {
        reply_page(visit, 200, NULL,
                   "A link led you here with a question. Press Look up to ask it.", NULL);
    } else {
        ok = whole != NULL || problem_set(&problem, CAUSE_NO_MEMORY, NULL);
        ok = ok && take_cost(visit, &problem) &&
             request_from_link(whole, &visit->router->config->policy, &request, &link, &problem) &&
             ask(visit, &request, true, &problem);
        if (!ok)
            refuse(visit, true, &problem);
    }
    free(whole);
}
