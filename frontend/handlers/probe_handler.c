/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/probe_handler.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/handlers/inspecting.h"
#include "frontend/handlers/reply.h"
#include "frontend/prometheus/exposition.h"
#include "frontend/prometheus/probe_metrics.h"
#include "frontend/prometheus/probe_question.h"

/* A probe that Prometheus waits for. */
struct scrape {
    struct request_context visit;
    struct probe_question question;
    struct check_job *check;       /* one of these, */
    struct inspecting *inspecting; /* with a module for TLS this one */
    struct loop_timer *deadline;   /* NULL: Prometheus names none */
    uint64_t start_ns;
    struct probe_found found;
    struct verdict verdicts[RESULT_TARGETS_MAX]; /* with TLS: of found's targets */
};

/* --- answers ----------------------------------------------------------------------------- */

static void answer(struct scrape *scrape)
{
    scrape->found.duration_ns = clock_now_ns() - scrape->start_ns;
    reply_text(&scrape->visit, 200, EXPOSITION_TYPE, probe_metrics_write(&scrape->found));
}

static void end(struct scrape *scrape)
{
    loop_timer_free(scrape->deadline);
    free(scrape);
}

/* That a name has no address is a fact about the target; all else is no answer. */
static void fail(const struct scrape *scrape, struct problem *problem)
{
    struct scrape told = *scrape;

    if (problem->id != PROBLEM_NAME_NOT_FOUND) {
        probe_question_aim(problem);
        reply_problem(&scrape->visit, problem);
        return;
    }
    metrics_count_problem(&scrape->visit.router->metrics, problem);
    told.found.problem = problem;
    told.found.target_count = 0;
    told.found.lookup_ns = clock_now_ns() - told.start_ns;
    answer(&told);
}

/* --- what becomes of it --------------------------------------------------------------------- */

static void add_target(struct probe_found *found, const struct result_target *target,
                       const char *place)
{
    found->targets[found->target_count++] = (struct probe_found_target){
        .addr = target->addr,
        .place = place,
        .verdict = target->done[0] ? &target->verdicts[0] : NULL,
    };
}

/* All that is known of a check, here or at places. */
static void look_at(struct probe_found *found, const struct result *result)
{
    found->target_count = 0;
    found->place_count = result->place_count;
    for (unsigned i = 0; i < result->place_count; i++) {
        const struct place_answer *told = &result->places[i];
        found->places[i] =
            (struct probe_found_place){told->place.name, place_status_name(told->status)};
        for (unsigned k = 0; k < told->target_count; k++)
            if (told->status == PLACE_STATUS_ANSWERED && told->targets[k].done[0])
                add_target(found, &told->targets[k], told->place.name);
    }
    for (unsigned i = 0; i < result->target_count && result->place_count == 0; i++)
        add_target(found, &result->targets[i], NULL);
}

/* The one with this address; NULL without one. */
static struct probe_found_target *find_target(struct probe_found *found, const struct addr *addr)
{
    for (unsigned i = 0; i < found->target_count; i++)
        if (addr_equal(&found->targets[i].addr, addr))
            return &found->targets[i];
    return NULL;
}

/* The addresses; with TLS the check's result ends before the inspector's. */
static void on_resolved(void *context, const struct result *result)
{
    struct scrape *scrape = context;

    scrape->found.lookup_ns = clock_now_ns() - scrape->start_ns;
    look_at(&scrape->found, result);
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
    look_at(&scrape->found, result);
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

static const struct check_ops check_ops = {on_resolved, on_port, NULL, on_done, on_failed, NULL};

/* The same with TLS. */
static void on_inspected_port(void *context, const struct result_target *target,
                              unsigned port_index)
{
    struct scrape *scrape = context;
    struct probe_found_target *known = find_target(&scrape->found, &target->addr);

    if (known == NULL)
        return;
    scrape->verdicts[known - scrape->found.targets] = target->verdicts[port_index];
    known->verdict = &scrape->verdicts[known - scrape->found.targets];
}

static void on_inspected(void *context, const struct inspected *inspected, unsigned target)
{
    struct scrape *scrape = context;
    struct probe_found_target *known =
        find_target(&scrape->found, &inspected->targets[target].addr);

    if (known != NULL)
        known->inspection = &inspected->targets[target].inspection;
}

/* An address may have been left out meanwhile, as there is no way to its family from here. */
static void on_all_inspected(void *context, const struct inspected *inspected)
{
    struct scrape *scrape = context;
    struct probe_found told = scrape->found;

    scrape->found.target_count = 0;
    for (unsigned i = 0; i < inspected->target_count; i++) {
        const struct probe_found_target *known = find_target(&told, &inspected->targets[i].addr);
        scrape->found.targets[scrape->found.target_count++] = (struct probe_found_target){
            .addr = inspected->targets[i].addr,
            .verdict = known != NULL ? known->verdict : NULL,
            .inspection = &inspected->targets[i].inspection,
        };
    }
    answer(scrape);
    end(scrape);
}

static const struct inspecting_ops inspecting_ops = {on_resolved, on_inspected_port, on_inspected,
                                                     on_all_inspected, on_failed};

static void cancel(struct scrape *scrape)
{
    if (scrape->check != NULL)
        check_cancel(scrape->check);
    if (scrape->inspecting != NULL)
        inspecting_cancel(scrape->inspecting);
    end(scrape);
}

/* Prometheus waits no longer: what is known so far. */
static void on_deadline(void *context)
{
    struct scrape *scrape = context;

    scrape->found.timed_out = true;
    if (scrape->check != NULL)
        look_at(&scrape->found, check_result(scrape->check));
    answer(scrape);
    cancel(scrape);
}

static void on_gone(void *context)
{
    cancel(context);
}

/* --- the question ------------------------------------------------------------------------- */

/* Of an address the targets are known at once. */
static bool begin_check(struct scrape *scrape, struct problem *problem)
{
    scrape->check = check_begin(&scrape->visit.router->checks, &scrape->question.asked.request,
                                &scrape->visit.visitor, &check_ops, scrape, problem);
    return scrape->check != NULL;
}

static bool begin_inspecting(struct scrape *scrape, struct problem *problem)
{
    struct router *router = scrape->visit.router;

    if (!inspecting_charge(router, &scrape->visit.visitor, &scrape->question.asked, 1, problem))
        return false;
    scrape->inspecting = inspecting_begin(router, &scrape->question.asked, &scrape->visit.visitor,
                                          &inspecting_ops, scrape, problem);
    if (scrape->inspecting == NULL)
        return false;
    look_at(&scrape->found, inspecting_result(scrape->inspecting));
    return true;
}

/* The answer comes in any case, by the deadline if there is one. */
static bool begin(struct scrape *scrape, uint32_t time_ms, struct problem *problem)
{
    struct router *router = scrape->visit.router;

    if (time_ms > 0) {
        scrape->deadline = loop_timer_new(router->checks.loop, on_deadline, scrape);
        if (scrape->deadline == NULL)
            return problem_set(problem, CAUSE_NO_MEMORY, NULL);
    }
    scrape->found.tls = scrape->question.module->tls;
    if (!(scrape->found.tls ? begin_inspecting : begin_check)(scrape, problem))
        return false;
    exchange_on_gone(scrape->visit.exchange, on_gone, scrape);
    if (scrape->deadline != NULL)
        loop_timer_set(scrape->deadline, time_ms);
    return true;
}

void handle_probe(const struct request_context *visit)
{
    const char *header = exchange_header(visit->exchange, "X-Prometheus-Scrape-Timeout-Seconds");
    struct scrape *scrape = calloc(1, sizeof(*scrape));
    struct problem problem;
    uint32_t time_ms;

    if (scrape == NULL) {
        problem_set(&problem, CAUSE_NO_MEMORY, NULL);
        reply_problem(visit, &problem);
        return;
    }
    scrape->visit = *visit;
    scrape->start_ns = clock_now_ns();
    if (probe_question_read(exchange_request(visit->exchange)->query,
                            &visit->router->config->policy, visit->router->inspector != NULL,
                            &scrape->question, &problem) &&
        probe_question_time(header, &time_ms, &problem) && begin(scrape, time_ms, &problem))
        return;
    fail(scrape, &problem);
    end(scrape);
}
