/* SPDX-License-Identifier: BSD-2-Clause */
/* What is around a check: a resolver and a prober that answer when the test says so, limits, and
 * an owner that remembers what it was told.  For the tests of check.h. */
#ifndef TESTS_UNIT_FRONTEND_DAEMON_CHECK_FIXTURE_H
#define TESTS_UNIT_FRONTEND_DAEMON_CHECK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/contract/syn_schedule.h"
#include "frontend/check/check.h"
#include "tests/unit/support/fake_link.h"

enum { QUOTA = 100, PENDING_MAX = 4, CHECKS_MAX = 3, LOGS = 6, LATE_MS = 50, PATIENCE_MS = 5000 };

static const uint8_t key[SIPHASH_KEY_LEN] = {5};
static const struct addr client = {ADDR_IPV4, {198, 51, 100, 7}};
static const struct addr target4 = {ADDR_IPV4, {93, 184, 215, 14}};
static const struct addr target6 = {ADDR_IPV6, {0x26, 0x06, 0x47, 0, 0x47, [15] = 1}};

/* --- a resolver that answers when the test says so ------------------------------------------ */

struct resolver_query {
    resolver_done_fn *done;
    void *context;
    bool cancelled, answered;
};

struct resolver {
    bool is_full;
    struct resolver_query query; /* the only one at a time */
    struct resolver_question asked;
};

struct resolver_query *resolver_ask(struct resolver *resolver,
                                    const struct resolver_question *question,
                                    resolver_done_fn *done, void *context)
{
    if (resolver->is_full)
        return NULL;
    resolver->asked = *question;
    resolver->query = (struct resolver_query){.done = done, .context = context};
    return &resolver->query;
}

void resolver_cancel(struct resolver_query *query)
{
    assert_false(query->cancelled || query->answered);
    query->cancelled = true;
}

/* --- what is around a check ------------------------------------------------------------------ */

static struct config config;
static struct prober_link prober;
static struct resolver resolver;
static struct checks checks;
static struct loop *loop;

/* What one owner was told. */
struct owner {
    unsigned resolved, ports, done, failed;
    struct problem problem;
    enum verdict_state states[RESULT_TARGETS_MAX];
    uint32_t warnings;
};

static inline void on_resolved(void *context, const struct result *result)
{
    struct owner *owner = context;

    assert_true(result->target_count > 0);
    owner->resolved++;
}

static inline void on_port(void *context, const struct result_target *target, unsigned port_index)
{
    struct owner *owner = context;

    assert_true(target->done[port_index]);
    owner->ports++;
}

static inline void on_done(void *context, const struct result *result)
{
    struct owner *owner = context;

    assert_true(result_is_complete(result));
    for (unsigned i = 0; i < result->target_count; i++)
        owner->states[i] = result->targets[i].verdicts[0].state;
    owner->warnings = result->warnings;
    owner->done++;
}

static inline void on_failed(void *context, const struct problem *problem)
{
    struct owner *owner = context;

    owner->problem = *problem;
    owner->failed++;
}

static const struct check_ops ops = {on_resolved, on_port, NULL, on_done, on_failed, NULL};

static inline struct ratelimit *limit_of(uint32_t quota)
{
    const struct ratelimit_setup setup = {
        .quota = quota, .window_ns = 3600 * NS_PER_S, .networks = false, .key = key};
    struct ratelimit *limit = ratelimit_new(&setup, clock_now_ns());

    assert_non_null(limit);
    return limit;
}

static inline int set_up(void **state)
{
    static const struct network_table no_networks;

    (void)state;
    memset(&config, 0, sizeof(config));
    policy_init(&config.policy);
    config.limits.max_pending = PENDING_MAX;
    prober = (struct prober_link){.status = PROBER_LINK_OK};
    resolver = (struct resolver){.is_full = false};
    loop = loop_new();
    checks = (struct checks){
        .config = &config,
        .loop = loop,
        .resolver = &resolver,
        .prober = &prober,
        .coalesce = coalesce_new(&prober, key),
        .networks = &no_networks,
        .visitors = limit_of(QUOTA),
        .new_targets = limit_of(QUOTA),
        .recent_targets = recent_targets_new(key, NULL, clock_now_ns()),
        .active_checks = conn_count_new(&(struct conn_count_setup){.max = CHECKS_MAX, .key = key}),
        .packet_logs = conn_count_new(&(struct conn_count_setup){.stock = LOGS, .key = key}),
        .targets = limit_of(QUOTA),
        .target_parts = limit_of(QUOTA),
        .own_targets = limit_of(QUOTA),
    };
    return 0;
}

/* Every way out gives back: all places of the client are free again. */
static inline int tear_down(void **state)
{
    (void)state;
    assert_int_equal(checks.pending, 0);
    assert_int_equal(fake_link_pending(&prober), 0);
    for (unsigned i = 0; i < CHECKS_MAX; i++)
        assert_true(conn_count_add(checks.active_checks, &client));
    coalesce_free(checks.coalesce);
    ratelimit_free(checks.visitors);
    ratelimit_free(checks.new_targets);
    ratelimit_free(checks.targets);
    ratelimit_free(checks.target_parts);
    ratelimit_free(checks.own_targets);
    recent_targets_free(checks.recent_targets);
    for (unsigned i = 0; i < LOGS / 3; i++)
        assert_true(conn_count_add(checks.packet_logs, &client));
    conn_count_free(checks.active_checks);
    conn_count_free(checks.packet_logs);
    loop_free(loop);
    return 0;
}

static inline struct request request_for(const char *query)
{
    struct request request;
    struct problem problem;

    assert_true(request_from_query(query, &config.policy, &request, &problem));
    return request;
}

static inline uint32_t spent(struct ratelimit *limit, const struct addr *addr)
{
    return QUOTA - ratelimit_take(limit, addr, 0, clock_now_ns()).remaining;
}

static inline void assert_spent(uint32_t units, uint32_t new_targets, uint32_t on4, uint32_t on6)
{
    assert_int_equal(spent(checks.visitors, &client), units);
    assert_int_equal(spent(checks.new_targets, &client), new_targets);
    assert_int_equal(spent(checks.targets, &target4), on4);
    assert_int_equal(spent(checks.targets, &target6), on6);
}

static inline struct check_job *begin(const struct request *request, struct owner *owner)
{
    return check_begin(&checks, request, &client, &ops, owner, &owner->problem);
}

static inline void assert_refused(const struct request *request, enum problem_cause cause)
{
    struct owner owner = {0};

    assert_null(begin(request, &owner));
    assert_int_equal(owner.problem.cause, cause);
    assert_int_equal(owner.failed + owner.done, 0);
}

static inline void answer(const struct lookups *lookups)
{
    resolver.query.answered = true;
    resolver.query.done(resolver.query.context, lookups);
}

/* The name being looked up has an address of each family. */
static inline void answer_both(void)
{
    static const struct lookups both = {
        .ipv4 = {.status = LOOKUP_OK, .count = 1, .addrs = {{ADDR_IPV4, {93, 184, 215, 14}}}},
        .ipv6 = {.status = LOOKUP_OK,
                 .count = 1,
                 .addrs = {{ADDR_IPV6, {0x26, 0x06, 0x47, 0, 0x47, [15] = 1}}}},
    };

    answer(&both);
}

static inline void stop(void *context)
{
    (void)context;
    loop_stop(loop);
}

static inline void serve(uint64_t ms)
{
    struct loop_timer *timer = loop_timer_new(loop, stop, NULL);

    loop_timer_set(timer, ms);
    loop_run(loop);
    loop_timer_free(timer);
}

static inline void serve_until_done(const struct owner *owner)
{
    for (unsigned i = 0; i < PATIENCE_MS && owner->done == 0; i++)
        serve(1);
    assert_int_equal(owner->done, 1);
}

#endif
