/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/check/check.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/contract/syn_schedule.h"
#include "frontend/check/check_charge.h"
#include "frontend/check/place_questions.h"

enum { PLACE_EXTRA_MS = 2000 /* the way to a place and back, as portlight-fleet allows */ };
enum { DAY_S = 86400 };

struct check_job {
    struct checks *checks;
    const struct request *request; /* the owner's */
    struct addr client;
    const struct check_ops *ops;
    void *context;
    uint64_t start_ns;
    bool trace;                   /* still wanted: the limits may drop it */
    struct resolver_query *query; /* while the name is being looked up */
    unsigned packet_logs;         /* held by this check */
    struct result result;
    struct check_services *services;   /* NULL until there is one to inspect */
    unsigned chosen_count;             /* places; 0: only the local prober */
    struct place_entry **chosen;       /* PLACES_ASKED_MAX, or NULL */
    struct place_questions *questions; /* to the places */
    struct loop_timer *held_timer;     /* NULL if no answer was ever held back */
    struct check_target {
        struct check_job *check;
        struct coalesce_subscriber subscriber;
        uint64_t due_ns[POLICY_PORTS_MAX]; /* when to report an answer that is held back; 0: none */
    } targets[RESULT_TARGETS_MAX];         /* result.target_count of them */
};

static void end_check(struct check_job *check)
{
    if (check->query != NULL)
        resolver_cancel(check->query);
    loop_timer_free(check->held_timer);
    if (check->services != NULL)
        check_services_end(check->services);
    free(check->services);
    place_questions_free(check->questions);
    for (unsigned i = 0; i < RESULT_TARGETS_MAX; i++)
        coalesce_leave(&check->targets[i].subscriber);
    for (; check->packet_logs > 0; check->packet_logs--)
        conn_count_remove(check->checks->packet_logs, &check->client);
    check->checks->pending--;
    conn_count_remove(check->checks->active_checks, &check->client);
    result_free(&check->result);
    free(check->chosen);
    free(check);
}

uint32_t check_longest_ms(const struct config *config)
{
    return config->resolver.timeout_ms + config->policy.timeout_ms + config->policy.linger_ms +
           SYN_SCHEDULE_TRACE_EXTRA_MS + (config->fleet.places.count > 0 ? PLACE_EXTRA_MS : 0);
}

const struct result *check_result(const struct check_job *check)
{
    return &check->result;
}

void check_cancel(struct check_job *check)
{
    end_check(check);
}

static void fail(struct check_job *check, const struct problem *problem)
{
    const struct check_ops *ops = check->ops;
    void *context = check->context;

    end_check(check);
    ops->failed(context, problem);
}

/* --- answers of the prober ---------------------------------------------------------- */

/* Reports the answers that result_is_held held back: all targets are out of reach, so these are the
 * answers. */
static void report_held(struct check_job *check)
{
    for (unsigned i = 0; i < check->result.target_count; i++)
        for (unsigned j = 0; j < check->result.targets[i].port_count; j++)
            if (result_is_held(&check->result, i, j))
                check->ops->port(check->context, &check->result.targets[i], j);
}

/* Finishes the check if everything, services included, is answered.  Returns false if it is
 * finished and freed. */
static bool continue_or_finish(struct check_job *check)
{
    if (!result_is_complete(&check->result) ||
        (check->services != NULL && check->services->pending > 0))
        return true;
    if (!result_drop_missing_family(&check->result))
        report_held(check);
    check->result.duration_ns = clock_now_ns() - check->start_ns;
    result_compare_families(&check->result);
    check->ops->done(check->context, &check->result);
    end_check(check);
    return false;
}

static void on_service(void *context, unsigned target, unsigned port_index)
{
    struct check_job *check = context;

    check->ops->service(check->context, &check->result.targets[target], port_index);
    continue_or_finish(check);
}

/* Creates the services on first use; NULL without memory. */
static struct check_services *get_services(struct check_job *check)
{
    struct check_services *services = check->services;

    if (services != NULL)
        return services;
    services = calloc(1, sizeof(*services));
    if (services == NULL)
        return NULL;
    services->shares = check->checks->shares;
    services->clients = check->checks->inspections;
    services->client = &check->client;
    services->result = &check->result;
    services->name = check->request->me || check->request->host.addr.family != ADDR_NONE
                         ? ""
                         : check->result.host;
    services->answered = on_service;
    services->context = check;
    check->services = services;
    return services;
}

/* Inspects the service behind an open port, if the request asks for it. */
static void inspect_service(struct check_job *check, unsigned target, unsigned port_index)
{
    const struct result_target *at = &check->result.targets[target];
    struct check_services *services;

    if (!check->request->service || at->verdicts[port_index].state != STATE_OPEN)
        return;
    services = get_services(check);
    if (services == NULL || !check_services_ask(services, target, port_index))
        check->ops->service(check->context, at, port_index);
}

/* Reports an answer.  Returns false if the check is finished and freed. */
static bool report_port(struct check_target *asked, unsigned port_index)
{
    struct check_job *check = asked->check;
    unsigned index = (unsigned)(asked - check->targets);

    asked->due_ns[port_index] = 0;
    check->result.targets[index].done[port_index] = true;
    if (!result_is_held(&check->result, index, port_index))
        check->ops->port(check->context, &check->result.targets[index], port_index);
    inspect_service(check, index, port_index);
    return continue_or_finish(check);
}

/* The held-back answer that is due first, or NULL. */
static struct check_target *find_due(struct check_job *check, unsigned *port_index)
{
    struct check_target *first = NULL;

    for (unsigned i = 0; i < check->result.target_count; i++)
        for (unsigned port = 0; port < check->request->port_count; port++) {
            struct check_target *target = &check->targets[i];
            if (target->due_ns[port] == 0 ||
                (first != NULL && target->due_ns[port] >= first->due_ns[*port_index]))
                continue;
            first = target;
            *port_index = port;
        }
    return first;
}

static void report_due(void *context)
{
    struct check_job *check = context;
    struct check_target *target;
    unsigned port;

    while ((target = find_due(check, &port)) != NULL) {
        uint64_t now_ns = clock_now_ns();
        if (target->due_ns[port] > now_ns) {
            loop_timer_set(check->held_timer, (target->due_ns[port] - now_ns) / NS_PER_MS + 1);
            return;
        }
        if (!report_port(target, port))
            return;
    }
}

/* A client that joined another's check must not learn that from the timing: its answer comes as
 * long after its own start as the answer came after the first client's. */
static bool hold_back(struct check_target *asked, unsigned port_index)
{
    struct check_job *check = asked->check;

    if (check->held_timer == NULL)
        check->held_timer = loop_timer_new(check->checks->loop, report_due, check);
    if (check->held_timer == NULL)
        return false;
    asked->due_ns[port_index] = clock_now_ns() + asked->subscriber.late_ns;
    loop_timer_set(check->held_timer, 0);
    return true;
}

static void on_port(void *context, unsigned port_index, const struct verdict *verdict,
                    const struct probe_details *details)
{
    struct check_target *asked = context;
    struct check_job *check = asked->check;
    struct result_target *target = &check->result.targets[asked - check->targets];
    struct problem problem;

    result_set_verdict(target, port_index, verdict);
    if (!probe_details_copy(&target->trails[port_index], details) ||
        (asked->subscriber.late_ns > 0 && !hold_back(asked, port_index))) {
        problem_set(&problem, CAUSE_NO_MEMORY, NULL);
        fail(check, &problem);
        return;
    }
    if (asked->subscriber.late_ns == 0)
        report_port(asked, port_index);
}

static void on_refused(void *context, const struct wire_refused *refused)
{
    struct check_target *asked = context;
    struct problem problem;

    problem_from_refusal(&problem, refused);
    fail(asked->check, &problem);
}

static void set_unavailable(struct problem *problem)
{
    problem_set(problem, CAUSE_PROBER_DOWN, NULL);
    problem->retry_after_s = 1;
}

static void on_lost(void *context)
{
    struct check_target *asked = context;
    struct problem problem;

    set_unavailable(&problem);
    fail(asked->check, &problem);
}

static const struct coalesce_ops coalesce_ops = {on_port, on_refused, on_lost};

/* --- limits and the prober ---------------------------------------------------------- */

/* The prober can keep the packets of only so many targets; no client may use all of them. */
static bool take_packet_logs(struct check_job *check, struct problem *problem)
{
    struct checks *checks = check->checks;

    if (!check->request->packets)
        return true;
    for (; check->packet_logs < check->result.target_count; check->packet_logs++)
        if (!conn_count_add(checks->packet_logs, &check->client)) {
            problem_set(problem, CAUSE_TOO_MANY_CHECKS, NULL);
            problem->retry_after_s = 1;
            return false;
        }
    return true;
}

static bool take_limits(struct check_job *check, struct problem *problem)
{
    struct check_charge_setup setup = {
        .checks = check->checks,
        .request = check->request,
        .result = &check->result,
        .client = &check->client,
        .trace = check->trace,
        .place_count = check->chosen_count,
    };

    if (!check_charge_take(&setup, problem))
        return false;
    if (check->trace && !setup.trace)
        check->result.warnings |= 1U << WARNING_NOT_TRACED;
    check->trace = setup.trace;
    return true;
}

static bool prober_client_check(struct check_job *check, struct problem *problem)
{
    for (unsigned i = 0; i < check->result.target_count; i++) {
        const struct wire_check asked =
            check_question(check->request, check->trace, &check->result.targets[i].addr);
        struct check_target *target = &check->targets[i];
        target->check = check;
        target->subscriber.ops = &coalesce_ops;
        target->subscriber.context = target;
        switch (
            coalesce_ask(check->checks->coalesce, &asked, &check->client, &target->subscriber)) {
        case PROBER_LINK_OK: continue;
        case PROBER_LINK_DOWN: set_unavailable(problem); return false;
        case PROBER_LINK_FULL:
            problem_set(problem, CAUSE_TOO_MANY_CHECKS, NULL);
            problem->retry_after_s = 1;
            return false;
        }
    }
    return true;
}

/* --- several places ------------------------------------------------------------------ */

static void on_place(void *context, unsigned index)
{
    struct check_job *check = context;

    if (check->ops->place != NULL)
        check->ops->place(check->context, index);
}

static void on_places_done(void *context)
{
    struct check_job *check = context;
    struct problem problem;

    if (!result_settle_places(&check->result)) {
        problem_set(&problem, CAUSE_NO_PLACE_ANSWERED, NULL);
        problem.retry_after_s = 1;
        fail(check, &problem);
        return;
    }
    check->result.duration_ns = clock_now_ns() - check->start_ns;
    result_compare_families(&check->result);
    check->ops->done(check->context, &check->result);
    end_check(check);
}

static const struct place_questions_ops place_ops = {on_place, on_places_done};

static bool ask_places(struct check_job *check, struct problem *problem)
{
    struct wire_check asked[RESULT_TARGETS_MAX];
    const struct place_questions_setup setup = {
        .loop = check->checks->loop,
        .places = check->checks->places,
        .chosen = check->chosen,
        .count = check->chosen_count,
        .asked = asked,
        .target_count = check->result.target_count,
        .result = &check->result,
        .ops = &place_ops,
        .context = check,
    };

    for (unsigned i = 0; i < setup.target_count; i++)
        asked[i] = check_question(check->request, check->trace, &check->result.targets[i].addr);
    if (result_add_places(&check->result, check->chosen_count))
        check->questions = place_questions_begin(&setup);
    return check->questions != NULL || problem_set(problem, CAUSE_NO_MEMORY, NULL);
}

/* Once the targets are known: charges the limits and starts the probes. */
static bool start(struct check_job *check, const struct selection *selection,
                  struct problem *problem)
{
    struct result *result = &check->result;

    result->target_count = (uint8_t)selection->count;
    result->warnings = selection->warnings;
    for (unsigned i = 0; i < selection->count; i++) {
        const struct addr *addr = &selection->addrs[i];
        result_target_init(&result->targets[i], addr, check->request->ports,
                           check->request->port_count, check->request->packets);
        result->targets[i].shows_services = check->request->service;
        network_describe(check->checks->networks, addr, &selection->aliases[i], &check->client,
                         &result->targets[i].network);
    }
    result_judge_networks(result, &check->client,
                          (uint64_t)check->checks->config->networks.max_age_days * DAY_S);
    if (!take_packet_logs(check, problem) || !take_limits(check, problem))
        return false;
    return check->chosen_count > 0 ? ask_places(check, problem)
                                   : prober_client_check(check, problem);
}

static void on_resolved(void *context, const struct lookups *lookups)
{
    struct check_job *check = context;
    struct selection selection;
    struct problem problem;

    check->query = NULL;
    if (!select_addresses(lookups, &check->checks->config->policy, &selection, &problem) ||
        !start(check, &selection, &problem)) {
        fail(check, &problem);
        return;
    }
    check->ops->resolved(check->context, &check->result);
}

static bool choose_places(struct check_job *check, struct problem *problem)
{
    check->chosen = calloc(PLACES_ASKED_MAX, sizeof(struct place_entry *));
    if (check->chosen == NULL)
        return problem_set(problem, CAUSE_NO_MEMORY, NULL);
    return places_choose(check->checks->places, check->request, check->chosen, &check->chosen_count,
                         problem);
}

static bool begin(struct check_job *check, struct problem *problem)
{
    const struct request *request = check->request;
    struct checks *checks = check->checks;
    struct addr addr = request->me ? check->client : request->host.addr;

    if (request_asks_places(request) && !choose_places(check, problem))
        return false;
    if (addr.family == ADDR_NONE) {
        memcpy(check->result.host, request->host.text, sizeof(request->host.text));
        const struct resolver_question question = {
            .name = request->host.text,
            .client = check->client,
            .ipv4 = request_wants_family(request, ADDR_IPV4),
            .ipv6 = request_wants_family(request, ADDR_IPV6),
            .service_port = request_service_port(request),
        };
        check->query = resolver_ask(checks->resolver, &question, on_resolved, check);
        if (check->query != NULL)
            return true;
        problem_set(problem, CAUSE_TOO_MANY_LOOKUPS, NULL);
        problem->retry_after_s = 1;
        return false;
    }
    addr_format(&addr, check->result.host);
    if (!request_wants_family(request, (enum addr_family)addr.family))
        return problem_set(problem, CAUSE_FAMILY_MISMATCH_OWN, "#/family");
    return request_check_address(&checks->config->policy, &addr, problem) &&
           start(check, &(struct selection){.addrs = {addr}, .count = 1}, problem);
}

/* Allocates a check, within the limits on checks under way. */
static struct check_job *make_job(struct checks *checks, const struct addr *client,
                                  struct problem *problem)
{
    struct check_job *check = NULL;

    if (!conn_count_add(checks->active_checks, client)) {
        problem_set_numbers(problem, CAUSE_CLIENT_CHECKS, NULL,
                            conn_count_max(checks->active_checks), 0);
        problem->retry_after_s = 1;
        return NULL;
    }
    if (checks->pending < checks->config->limits.max_pending)
        check = calloc(1, sizeof(*check));
    if (check == NULL) {
        conn_count_remove(checks->active_checks, client);
        problem_set(problem, CAUSE_TOO_MANY_CHECKS, NULL);
        problem->retry_after_s = 1;
        return NULL;
    }
    checks->pending++;
    return check;
}

struct check_job *check_begin(struct checks *checks, const struct request *request,
                              const struct addr *client, const struct check_ops *ops, void *context,
                              struct problem *problem)
{
    struct check_job *check = make_job(checks, client, problem);

    if (check == NULL)
        return NULL;
    check->checks = checks;
    check->request = request;
    check->client = *client;
    check->ops = ops;
    check->context = context;
    check->start_ns = clock_now_ns();
    check->trace = request->trace;
    check->result.started_wall_ns = clock_wall_ns();
    if (begin(check, problem))
        return check;
    end_check(check);
    return NULL;
}
