/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/check/check_charge.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/net/tier.h"
#include "frontend/limits/costs.h"

struct wire_check check_question(const struct request *request, bool trace,
                                 const struct addr *target)
{
    struct wire_check asked = {
        .addr = *target,
        .port_count = request->port_count,
        .trace = trace,
        .packets = request->packets,
    };

    memcpy(asked.ports, request->ports, sizeof(asked.ports));
    return asked;
}

/* Whole seconds, rounded up, never 0. */
static uint32_t seconds_of(uint64_t ns)
{
    return (uint32_t)clock_ns_to_s_up(ns) + (ns == 0);
}

/* A charge to one limit. */
struct limit_charge {
    struct ratelimit *limit;
    struct ratelimit_ask ask;
    enum problem_cause cause; /* if the limit refuses */
};

enum { CHARGES_MAX = 2 + 2 * RESULT_TARGETS_MAX };

struct limit_charges {
    struct addr network; /* the client's widest network */
    struct limit_charge all[CHARGES_MAX];
    unsigned count;
};

static void charge(struct limit_charges *charges, struct ratelimit *limit, const struct addr *addr,
                   uint32_t cost, enum problem_cause cause)
{
    charges->all[charges->count++] =
        (struct limit_charge){limit, {.addr = addr, .cost = cost}, cause};
}

static uint32_t count_new_targets(const struct check_charge_setup *setup, uint64_t now_ns)
{
    const struct result *result = setup->result;
    uint32_t fresh = 0;

    for (unsigned i = 0; i < result->target_count && !setup->request->me; i++)
        fresh += !recent_targets_contains(setup->checks->recent_targets, setup->client,
                                          &result->targets[i].addr, now_ns);
    return fresh;
}

static bool is_own(const struct check_charge_setup *setup, const struct addr *target)
{
    const struct addr mine = addr_site(setup->client), site = addr_site(target);

    return addr_equal(&mine, &site);
}

/* Several places may need more at once than a small quota has: then take all of it. */
static uint32_t at_most_all(const struct check_charge_setup *setup, const struct ratelimit *limit,
                            uint32_t cost)
{
    uint32_t quota = ratelimit_quota(limit);

    return setup->place_count > 1 && !ratelimit_is_off(limit) && cost > quota ? quota : cost;
}

/* Clients share a target's quota; a client that checks its own address takes nothing from the
 * others.  The charge stays even if the check is cancelled. */
static void charge_target(const struct check_charge_setup *setup, unsigned i,
                          struct limit_charges *charges)
{
    const struct checks *checks = setup->checks;
    const struct addr *target = &setup->result->targets[i].addr;
    const struct wire_check asked = check_question(setup->request, setup->trace, target);
    unsigned ports = setup->place_count > 0
                         ? setup->place_count * asked.port_count
                         : coalesce_new_ports(checks->coalesce, &asked, setup->client);
    uint32_t cost = policy_target_cost(ports, asked.trace);

    if (is_own(setup, target)) {
        charge(charges, checks->own_targets, target, at_most_all(setup, checks->own_targets, cost),
               CAUSE_TARGET_SPENT);
        return;
    }
    charge(charges, checks->targets, target, at_most_all(setup, checks->targets, cost),
           CAUSE_TARGET_SPENT);
    charge(charges, checks->target_parts, target, at_most_all(setup, checks->target_parts, cost),
           CAUSE_TARGET_SPENT);
    charges->all[charges->count - 1].ask.part = &charges->network;
}

static void list_charges(const struct check_charge_setup *setup, uint64_t now_ns,
                         struct limit_charges *charges)
{
    const struct checks *checks = setup->checks;
    const struct result *result = setup->result;
    uint32_t each = (uint32_t)COST_PORT + (setup->request->service ? (uint32_t)COST_SERVICE : 0);
    uint32_t cost = (result->target_count * setup->request->port_count * each +
                     (setup->trace ? (uint32_t)COST_TRACE : 0)) *
                    (setup->place_count > 0 ? setup->place_count : 1);

    charges->count = 0;
    charges->network = tier_widest(setup->client, checks->config->limits.networks);
    /* COST_REQUEST was charged when the request arrived */
    charge(charges, checks->clients, setup->client, cost - COST_REQUEST, CAUSE_CLIENT_COST);
    /* whoever checks one target after another is probably scanning */
    charge(charges, checks->new_targets, setup->client, count_new_targets(setup, now_ns),
           CAUSE_CLIENT_TARGETS);
    for (unsigned i = 0; i < result->target_count; i++)
        charge_target(setup, i, charges);
}

typedef struct ratelimit_state limit_fn(struct ratelimit *limit, const struct ratelimit_ask *asked,
                                        uint64_t now_ns);

static bool each_allows(const struct limit_charges *charges, limit_fn *ask, uint64_t now_ns,
                        struct problem *problem)
{
    for (unsigned i = 0; i < charges->count; i++) {
        const struct limit_charge *charge = &charges->all[i];
        struct ratelimit_state state = ask(charge->limit, &charge->ask, now_ns);
        if (state.allowed)
            continue;
        /* CAUSE_CLIENT_COST names the whole cost, including the unit charged before */
        problem_set_numbers(problem, charge->cause, NULL, charge->ask.cost + COST_REQUEST, 0);
        problem->retry_after_s = seconds_of(state.retry_after_ns);
        return false;
    }
    return true;
}

static bool fits_limits(struct check_charge_setup *setup, struct limit_charges *charges,
                        uint64_t now_ns, struct problem *problem)
{
    list_charges(setup, now_ns, charges);
    if (each_allows(charges, ratelimit_peek_part, now_ns, problem))
        return true;
    if (!setup->trace || !setup->request->trace_gives_way)
        return false;
    setup->trace = false;
    list_charges(setup, now_ns, charges);
    return each_allows(charges, ratelimit_peek_part, now_ns, problem);
}

/* The first pass only tests.  In the second, clients that share the bucket of a full table may
 * still be refused. */
bool check_charge_take(struct check_charge_setup *setup, struct problem *problem)
{
    const struct checks *checks = setup->checks;
    const struct result *result = setup->result;
    uint64_t now_ns = clock_now_ns();
    struct limit_charges charges;

    if (!fits_limits(setup, &charges, now_ns, problem) ||
        !each_allows(&charges, ratelimit_take_part, now_ns, problem))
        return false;
    for (unsigned i = 0; i < result->target_count && !setup->request->me; i++)
        recent_targets_add(checks->recent_targets, setup->client, &result->targets[i].addr, now_ns);
    return true;
}
