/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/check_limits.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/contract/syn_schedule.h"
#include "common/net/tier.h"

struct wire_check check_limits_wire(const struct check_asked *check, unsigned target)
{
    struct wire_check asked = {
        .addr = check->result->targets[target].addr,
        .port_count = check->request->port_count,
        .trace = check->trace,
        .packets = check->request->packets,
    };

    memcpy(asked.ports, check->request->ports, sizeof(asked.ports));
    return asked;
}

/* Whole seconds, rounded up, never 0. */
static uint32_t seconds_of(uint64_t ns)
{
    return (uint32_t)clock_ns_to_s_up(ns) + (ns == 0);
}

/* What a check takes of one limit. */
struct check_charge {
    struct ratelimit *limit;
    struct ratelimit_ask ask;
    enum problem_cause cause; /* of the refusal */
};

enum { CHARGES_MAX = 2 + 2 * RESULT_TARGETS_MAX };

struct check_charges {
    struct addr network; /* the client's widest */
    struct check_charge all[CHARGES_MAX];
    unsigned count;
};

static void charge(struct check_charges *charges, struct ratelimit *limit, const struct addr *addr,
                   uint32_t cost, enum problem_cause cause)
{
    charges->all[charges->count++] =
        (struct check_charge){limit, {.addr = addr, .cost = cost}, cause};
}

static uint32_t count_new_targets(const struct check_asked *check, uint64_t now_ns)
{
    const struct result *result = check->result;
    uint32_t fresh = 0;

    for (unsigned i = 0; i < result->target_count && !check->request->me; i++)
        fresh += !recent_targets_contains(check->checks->recent_targets, check->visitor,
                                          &result->targets[i].addr, now_ns);
    return fresh;
}

static bool is_own(const struct check_asked *check, const struct addr *target)
{
    const struct addr mine = addr_site(check->visitor), site = addr_site(target);

    return addr_equal(&mine, &site);
}

/* What a target bears is shared between clients; whoever asks about himself takes it from
 * nobody.  It stays spent if the check is cancelled. */
static void charge_target(const struct check_asked *check, unsigned i,
                          struct check_charges *charges)
{
    const struct checks *checks = check->checks;
    const struct addr *target = &check->result->targets[i].addr;
    const struct wire_check asked = check_limits_wire(check, i);
    uint32_t cost = coalesce_new_ports(checks->coalesce, &asked, check->visitor) *
                    (asked.trace ? (uint32_t)SYN_SCHEDULE_TRACED_COST : 1);

    if (is_own(check, target)) {
        charge(charges, checks->own_targets, target, cost, CAUSE_TARGET_SPENT);
        return;
    }
    charge(charges, checks->targets, target, cost, CAUSE_TARGET_SPENT);
    charge(charges, checks->target_parts, target, cost, CAUSE_TARGET_SPENT);
    charges->all[charges->count - 1].ask.part = &charges->network;
}

static void list_charges(const struct check_asked *check, uint64_t now_ns,
                         struct check_charges *charges)
{
    const struct checks *checks = check->checks;
    const struct result *result = check->result;
    uint32_t each = 1 + (check->request->service ? CHECK_SERVICE_COST : 0);
    uint32_t cost = result->target_count * check->request->port_count * each +
                    (check->trace ? (uint32_t)CHECK_TRACE_COST : 0);

    charges->count = 0;
    charges->network = tier_widest(check->visitor, checks->config->limits.networks);
    /* 1 was charged when the request came */
    charge(charges, checks->visitors, check->visitor, cost - 1, CAUSE_CLIENT_COST);
    /* whoever looks at one target after the other is after something else */
    charge(charges, checks->new_targets, check->visitor, count_new_targets(check, now_ns),
           CAUSE_CLIENT_TARGETS);
    for (unsigned i = 0; i < result->target_count; i++)
        charge_target(check, i, charges);
}

typedef struct ratelimit_state limit_fn(struct ratelimit *limit, const struct ratelimit_ask *asked,
                                        uint64_t now_ns);

static bool each_allows(const struct check_charges *charges, limit_fn *ask, uint64_t now_ns,
                        struct problem *problem)
{
    for (unsigned i = 0; i < charges->count; i++) {
        const struct check_charge *charge = &charges->all[i];
        struct ratelimit_state state = ask(charge->limit, &charge->ask, now_ns);
        if (state.allowed)
            continue;
        /* CAUSE_CLIENT_COST names the whole cost, with the unit charged before */
        problem_set_numbers(problem, charge->cause, NULL, charge->ask.cost + 1, 0);
        problem->retry_after_s = seconds_of(state.retry_after_ns);
        return false;
    }
    return true;
}

/* A trace that nobody asked for by name is no reason to refuse: then, without it. */
static bool fits_limits(struct check_asked *check, struct check_charges *charges, uint64_t now_ns,
                        struct problem *problem)
{
    list_charges(check, now_ns, charges);
    if (each_allows(charges, ratelimit_peek_part, now_ns, problem))
        return true;
    if (!check->trace || !check->request->trace_gives_way)
        return false;
    check->trace = false;
    list_charges(check, now_ns, charges);
    if (!each_allows(charges, ratelimit_peek_part, now_ns, problem))
        return false;
    check->result->warnings |= 1U << WARNING_NOT_TRACED;
    return true;
}

/* Those who share the bucket of a full table may still be refused in the second round. */
bool check_limits_take(struct check_asked *check, struct problem *problem)
{
    const struct checks *checks = check->checks;
    const struct result *result = check->result;
    uint64_t now_ns = clock_now_ns();
    struct check_charges charges;

    if (!fits_limits(check, &charges, now_ns, problem) ||
        !each_allows(&charges, ratelimit_take_part, now_ns, problem))
        return false;
    for (unsigned i = 0; i < result->target_count && !check->request->me; i++)
        recent_targets_add(checks->recent_targets, check->visitor, &result->targets[i].addr,
                           now_ns);
    return true;
}
