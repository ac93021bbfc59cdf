/* SPDX-License-Identifier: BSD-2-Clause */
/* GET /probe, a part of router.h: one target for Prometheus, under the rules of the API. */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/daemon/router.h"
#include "frontend/prometheus/exposition.h"
#include "frontend/prometheus/probe_metrics.h"
#include "frontend/prometheus/probe_question.h"

/* A probe that Prometheus waits for. */
struct scrape {
    struct request_context visit;
    struct probe_question question;
    struct check_job *check;
    struct loop_timer *deadline; /* NULL: Prometheus names none */
    uint64_t start_ns;
    struct probe_found found;
};

/* --- answers ----------------------------------------------------------------------------- */

static void answer(struct scrape *scrape)
{
    scrape->found.duration_ns = clock_now_ns() - scrape->start_ns;
    router_reply(&scrape->visit, 200, EXPOSITION_TYPE, probe_metrics_write(&scrape->found));
}

static void end(struct scrape *scrape)
{
    loop_timer_free(scrape->deadline);
    free(scrape);
}

/* What is known of the addresses. */
static void look_at(struct scrape *scrape, const struct result *result)
{
    struct probe_found *found = &scrape->found;

    found->target_count = result->target_count;
    for (unsigned i = 0; i < result->target_count; i++)
        found->targets[i] = (struct probe_found_target){
            .addr = result->targets[i].addr,
            .verdict = result->targets[i].done[0] ? &result->targets[i].verdicts[0] : NULL,
        };
}

/* That a name has no address is a fact about the target; all else is no answer. */
static void fail(const struct scrape *scrape, struct problem *problem)
{
    struct scrape told = *scrape;

    if (problem->id != PROBLEM_NAME_NOT_FOUND) {
        probe_question_aim(problem);
        router_reply_problem(&scrape->visit, problem);
        return;
    }
    metrics_count_problem(&scrape->visit.router->metrics, problem);
    told.found.problem = problem;
    told.found.lookup_ns = clock_now_ns() - told.start_ns;
    answer(&told);
}

/* --- what becomes of the check ------------------------------------------------------------ */

static void on_resolved(void *context, const struct result *result)
{
    struct scrape *scrape = context;

    (void)result;
    scrape->found.lookup_ns = clock_now_ns() - scrape->start_ns;
}

static void on_port(void *context, const struct result_target *target, unsigned port_index)
{
    struct scrape *scrape = context;

    metrics_count_verdict(&scrape->visit.router->metrics, &target->verdicts[port_index]);
}

static void on_done(void *context, const struct result *result)
{
    struct scrape *scrape = context;

    metrics_count_check(&scrape->visit.router->metrics, result->duration_ns);
    look_at(scrape, result);
    answer(scrape);
    end(scrape);
}

static void on_failed(void *context, const struct problem *problem)
{
    struct scrape *scrape = context;
    struct problem told = *problem;

    fail(scrape, &told);
    end(scrape);
}

static const struct check_ops check_ops = {on_resolved, on_port, on_done, on_failed};

/* Prometheus waits no longer: what is known so far. */
static void on_deadline(void *context)
{
    struct scrape *scrape = context;

    scrape->found.timed_out = true;
    look_at(scrape, check_result(scrape->check));
    answer(scrape);
    check_cancel(scrape->check);
    end(scrape);
}

static void on_gone(void *context)
{
    struct scrape *scrape = context;

    check_cancel(scrape->check);
    end(scrape);
}

/* --- the question ------------------------------------------------------------------------- */

/* The answer comes in any case, by the deadline if there is one. */
static bool begin(struct scrape *scrape, uint32_t time_ms, struct problem *problem)
{
    struct router *router = scrape->visit.router;

    if (time_ms > 0) {
        scrape->deadline = loop_timer_new(router->checks.loop, on_deadline, scrape);
        if (scrape->deadline == NULL)
            return problem_set(problem, CAUSE_NO_MEMORY, NULL);
    }
    scrape->check = check_begin(&router->checks, &scrape->question.asked.request,
                                &scrape->visit.visitor, &check_ops, scrape, problem);
    if (scrape->check == NULL)
        return false;
    exchange_on_gone(scrape->visit.exchange, on_gone, scrape);
    if (scrape->deadline != NULL)
        loop_timer_set(scrape->deadline, time_ms);
    return true;
}

void router_handle_probe(const struct request_context *visit)
{
    const char *header = exchange_header(visit->exchange, "X-Prometheus-Scrape-Timeout-Seconds");
    struct scrape *scrape = calloc(1, sizeof(*scrape));
    struct problem problem;
    uint32_t time_ms;

    if (scrape == NULL) {
        problem_set(&problem, CAUSE_NO_MEMORY, NULL);
        router_reply_problem(visit, &problem);
        return;
    }
    scrape->visit = *visit;
    scrape->start_ns = clock_now_ns();
    if (probe_question_read(exchange_request(visit->exchange)->query,
                            &visit->router->config->policy, false, &scrape->question, &problem) &&
        probe_question_time(header, &time_ms, &problem) && begin(scrape, time_ms, &problem))
        return;
    fail(scrape, &problem);
    end(scrape);
}
