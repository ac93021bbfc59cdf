/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/inspecting.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/limits/costs.h"

/* First the check, then a job for each open port. */
struct inspecting {
    struct router *router;
    struct addr visitor;
    const struct inspecting_ops *ops;
    void *context;
    struct tls_request asked;
    uint64_t start_ns;
    struct check_job *check; /* NULL once it is done */
    struct inspected inspected;
    unsigned pending;
    struct inspecting_target {
        struct inspecting *all;
        struct inspection_subscriber subscriber;
        bool holds_worker;
    } targets[RESULT_TARGETS_MAX];
};

/* It holds a worker no more. */
static void end_job(const struct inspecting *inspecting, struct inspecting_target *target)
{
    if (target->holds_worker)
        conn_count_remove(inspecting->router->checks.inspections, &inspecting->visitor);
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
    inspecting->ops->failed(inspecting->context, problem);
    free(inspecting);
}

static void finish(struct inspecting *inspecting)
{
    struct inspected *inspected = &inspecting->inspected;
    struct metrics *metrics = &inspecting->router->metrics;

    inspected->duration_ns = clock_now_ns() - inspecting->start_ns;
    for (unsigned i = 0; i < inspected->target_count; i++)
        metrics_count_inspection(metrics, &inspected->targets[i].inspection);
    inspecting->ops->done(inspecting->context, inspected);
    free(inspecting);
}

/* --- what the inspector says ---------------------------------------------------------------- */

static void on_inspected(void *context, const struct inspection *inspection)
{
    struct inspecting_target *target = context;
    struct inspecting *inspecting = target->all;
    unsigned i = (unsigned)(target - inspecting->targets);

    inspecting->inspected.targets[i].inspection = *inspection;
    end_job(inspecting, target);
    inspecting->ops->inspected(inspecting->context, &inspecting->inspected, i);
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
    const struct checks *checks = &inspecting->router->checks;
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
        .text = addr_equal(&inspected->targets[i].addr, &inspecting->visitor),
    };

    memcpy(ask.name, inspected->name, sizeof(ask.name));
    target->all = inspecting;
    target->subscriber.ops = &job_ops;
    target->subscriber.context = target;
    target->holds_worker = conn_count_add(checks->inspections, &inspecting->visitor);
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

    metrics_count_check(&inspecting->router->metrics, result->duration_ns);
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

    inspecting->ops->resolved(inspecting->context, result);
}

static void on_port(void *context, const struct result_target *target, unsigned port_index)
{
    const struct inspecting *inspecting = context;

    metrics_count_verdict(&inspecting->router->metrics, &target->verdicts[port_index]);
    inspecting->ops->port(inspecting->context, target, port_index);
}

static void on_failed(void *context, const struct problem *problem)
{
    struct inspecting *inspecting = context;

    inspecting->check = NULL;
    fail(inspecting, problem);
}

/* The check itself looks behind no port. */
static const struct check_ops check_ops = {on_resolved, on_port, NULL, on_checked, on_failed, NULL};

/* --- from outside ---------------------------------------------------------------------------- */

bool inspecting_charge(const struct router *router, const struct addr *visitor,
                       const struct tls_request *asked, uint32_t paid, struct problem *problem)
{
    uint32_t whole = (uint32_t)COST_TLS + (asked->survey ? (uint32_t)COST_SURVEY : 0) +
                     (asked->patient ? (uint32_t)COST_PATIENT : 0);
    struct ratelimit_state state =
        ratelimit_take(router->checks.visitors, visitor, whole - paid, clock_now_ns());

    if (state.allowed)
        return true;
    problem_set_numbers(problem, CAUSE_CLIENT_COST, NULL, whole, 0);
    problem->retry_after_s = (uint32_t)clock_ns_to_s_up(state.retry_after_ns);
    return false;
}

struct inspecting *inspecting_begin(struct router *router, const struct tls_request *asked,
                                    const struct addr *visitor, const struct inspecting_ops *ops,
                                    void *context, struct problem *problem)
{
    struct inspecting *inspecting;

    if (!inspector_link_is_ready(router->inspector)) {
        set_inspector_down(problem);
        return NULL;
    }
    inspecting = calloc(1, sizeof(*inspecting));
    if (inspecting == NULL) {
        problem_set(problem, CAUSE_NO_MEMORY, NULL);
        return NULL;
    }
    inspecting->router = router;
    inspecting->visitor = *visitor;
    inspecting->ops = ops;
    inspecting->context = context;
    inspecting->asked = *asked;
    inspecting->start_ns = clock_now_ns();
    inspecting->check = check_begin(&router->checks, &inspecting->asked.request,
                                    &inspecting->visitor, &check_ops, inspecting, problem);
    if (inspecting->check != NULL)
        return inspecting;
    free(inspecting);
    return NULL;
}

const struct result *inspecting_result(const struct inspecting *inspecting)
{
    return inspecting->check != NULL ? check_result(inspecting->check) : NULL;
}

void inspecting_cancel(struct inspecting *inspecting)
{
    if (inspecting->check != NULL)
        check_cancel(inspecting->check);
    forget_jobs(inspecting);
    free(inspecting);
}
