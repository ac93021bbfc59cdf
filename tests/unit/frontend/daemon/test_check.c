/* SPDX-License-Identifier: BSD-2-Clause */
/* A check from the request to its answer: who is told what, what it costs, and that each
 * way out gives back what was held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/contract/syn_schedule.h"
#include "frontend/daemon/check.h"
#include "tests/unit/support/fake_link.h"

enum { QUOTA = 100, PENDING_MAX = 4, CHECKS_MAX = 3, LOGS = 6 };

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

/* What one owner was told. */
struct owner {
    unsigned resolved, ports, done, failed;
    struct problem problem;
    enum verdict_state states[RESULT_TARGETS_MAX];
    uint32_t warnings;
};

static void on_resolved(void *context, const struct result *result)
{
    struct owner *owner = context;

    assert_true(result->target_count > 0);
    owner->resolved++;
}

static void on_port(void *context, const struct result_target *target, unsigned port_index)
{
    struct owner *owner = context;

    assert_true(target->done[port_index]);
    owner->ports++;
}

static void on_done(void *context, const struct result *result)
{
    struct owner *owner = context;

    assert_true(result_is_complete(result));
    for (unsigned i = 0; i < result->target_count; i++)
        owner->states[i] = result->targets[i].verdicts[0].state;
    owner->warnings = result->warnings;
    owner->done++;
}

static void on_failed(void *context, const struct problem *problem)
{
    struct owner *owner = context;

    owner->problem = *problem;
    owner->failed++;
}

static const struct check_ops ops = {on_resolved, on_port, on_done, on_failed};

static struct ratelimit *limit_of(uint32_t quota)
{
    const struct ratelimit_setup setup = {
        .quota = quota, .window_ns = 3600 * NS_PER_S, .networks = false, .key = key};
    struct ratelimit *limit = ratelimit_new(&setup, clock_now_ns());

    assert_non_null(limit);
    return limit;
}

static int set_up(void **state)
{
    (void)state;
    memset(&config, 0, sizeof(config));
    policy_init(&config.policy);
    config.limits.max_pending = PENDING_MAX;
    prober = (struct prober_link){.status = PROBER_LINK_OK};
    resolver = (struct resolver){.is_full = false};
    checks = (struct checks){
        .config = &config,
        .resolver = &resolver,
        .prober = &prober,
        .coalesce = coalesce_new(&prober, key),
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
static int tear_down(void **state)
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
    return 0;
}

static struct request request_for(const char *query)
{
    struct request request;
    struct problem problem;

    assert_true(request_from_query(query, &config.policy, &request, &problem));
    return request;
}

static uint32_t spent(struct ratelimit *limit, const struct addr *addr)
{
    return QUOTA - ratelimit_take(limit, addr, 0, clock_now_ns()).remaining;
}

static void assert_spent(uint32_t units, uint32_t new_targets, uint32_t on4, uint32_t on6)
{
    assert_int_equal(spent(checks.visitors, &client), units);
    assert_int_equal(spent(checks.new_targets, &client), new_targets);
    assert_int_equal(spent(checks.targets, &target4), on4);
    assert_int_equal(spent(checks.targets, &target6), on6);
}

static struct check_job *begin(const struct request *request, struct owner *owner)
{
    return check_begin(&checks, request, &client, &ops, owner, &owner->problem);
}

static void assert_refused(const struct request *request, enum problem_cause cause)
{
    struct owner owner = {0};

    assert_null(begin(request, &owner));
    assert_int_equal(owner.problem.cause, cause);
    assert_int_equal(owner.failed + owner.done, 0);
}

static void answer(const struct lookups *lookups)
{
    resolver.query.answered = true;
    resolver.query.done(resolver.query.context, lookups);
}

/* The name being looked up has an address of each family. */
static void answer_both(void)
{
    static const struct lookups both = {
        .ipv4 = {.status = LOOKUP_OK, .count = 1, .addrs = {{ADDR_IPV4, {93, 184, 215, 14}}}},
        .ipv6 = {.status = LOOKUP_OK,
                 .count = 1,
                 .addrs = {{ADDR_IPV6, {0x26, 0x06, 0x47, 0, 0x47, [15] = 1}}}},
    };

    answer(&both);
}

/* --- ways to an answer ------------------------------------------------------------------------ */

static void test_an_address(void **state)
{
    const struct request request = request_for("host=93.184.215.14&ports=443,80");
    struct owner owner = {0};

    (void)state;
    assert_non_null(begin(&request, &owner));
    assert_int_equal(owner.resolved, 0); /* as begin says it */
    assert_true(addr_equal(&prober.jobs[0].check.addr, &target4));
    assert_spent(1, 1, 2, 0); /* and 1 when the request came */
    fake_link_result(&prober, 0, 80, STATE_CLOSED, false);
    assert_int_equal(owner.ports, 1);
    fake_link_result(&prober, 0, 443, STATE_OPEN, true);
    assert_int_equal(owner.ports, 2);
    assert_int_equal(owner.done, 1);
    assert_int_equal(owner.states[0], STATE_OPEN);
}

static void test_a_name_of_both_families(void **state)
{
    const struct request request = request_for("host=dual.example.net&ports=443&trace=true");
    struct owner owner = {0};

    (void)state;
    assert_non_null(begin(&request, &owner));
    assert_true(resolver.asked.ipv4 && resolver.asked.ipv6);
    assert_int_equal(prober.count, 0);
    answer_both();
    assert_int_equal(owner.resolved, 1);
    assert_int_equal(prober.count, 2);
    assert_spent(1 + CHECK_TRACE_COST, 2, SYN_SCHEDULE_TRACED_COST, SYN_SCHEDULE_TRACED_COST);
    fake_link_result(&prober, 1, 443, STATE_FILTERED, true);
    assert_int_equal(owner.done, 0);
    fake_link_result(&prober, 0, 443, STATE_OPEN, true);
    assert_int_equal(owner.done, 1);
    assert_int_equal(owner.states[1], STATE_FILTERED);
    assert_int_equal(owner.warnings, 1U << WARNING_FAMILIES_DIFFER);
}

static void test_a_name_that_is_none(void **state)
{
    static const struct lookups none = {.ipv4 = {.status = LOOKUP_NO_NAME},
                                        .ipv6 = {.status = LOOKUP_NOT_ASKED}};
    const struct request request = request_for("host=nx.example.net&ports=443&family=ipv4");
    struct owner owner = {0};

    (void)state;
    assert_non_null(begin(&request, &owner));
    assert_false(resolver.asked.ipv6);
    answer(&none);
    assert_int_equal(owner.failed, 1);
    assert_int_equal(owner.problem.cause, CAUSE_DNS_NO_NAME);
    assert_spent(0, 0, 0, 0);
}

static void test_the_client_itself(void **state)
{
    const struct request request = request_for("ports=443");
    const struct request other = request_for("ports=443&family=ipv6");

    (void)state;
    assert_refused(&other, CAUSE_FAMILY_MISMATCH_OWN);
    assert_refused(&request, CAUSE_ADDRESS_NOT_PUBLIC); /* 198.51.100.0/24 is for documents */
}

/* --- what it costs -------------------------------------------------------------------------- */

/* The limit of this address is spent: refused for this cause, and nobody else pays. */
static void refuse_by(struct ratelimit *limit, const struct addr *addr, enum problem_cause cause)
{
    const struct request request = request_for("host=dual.example.net&ports=443,80,22");
    struct owner owner = {0};

    assert_true(ratelimit_take(limit, addr, QUOTA, clock_now_ns()).allowed);
    assert_non_null(begin(&request, &owner));
    answer_both();
    assert_int_equal(owner.failed, 1);
    assert_int_equal(owner.problem.cause, cause);
    assert_in_range(owner.problem.retry_after_s, 1, 3600);
    assert_int_equal(prober.count, 0);
    assert_false(recent_targets_contains(checks.recent_targets, &client, &target4, clock_now_ns()));
}

static void test_the_client_s_limit_refuses(void **state)
{
    (void)state;
    refuse_by(checks.visitors, &client, CAUSE_CLIENT_COST);
    assert_spent(QUOTA, 0, 0, 0);
}

static void test_the_limit_of_new_targets_refuses(void **state)
{
    (void)state;
    refuse_by(checks.new_targets, &client, CAUSE_CLIENT_TARGETS);
    assert_spent(0, QUOTA, 0, 0);
}

static void test_the_limit_of_either_target_refuses(void **state)
{
    (void)state;
    refuse_by(checks.targets, &target6, CAUSE_TARGET_SPENT);
    assert_spent(0, 0, 0, QUOTA);
    refuse_by(checks.targets, &target4, CAUSE_TARGET_SPENT);
    assert_spent(0, 0, QUOTA, QUOTA);
}

static void test_a_target_asked_before_is_not_new(void **state)
{
    const struct request request = request_for("host=93.184.215.14&ports=443");
    struct owner owner = {0};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        assert_non_null(begin(&request, &owner));
        fake_link_result(&prober, i, 443, STATE_OPEN, true);
    }
    assert_int_equal(owner.done, 3);
    assert_spent(0, 1, 3, 0);
}

/* Who asks what is being asked costs the target nothing. */
static void test_the_target_pays_once(void **state)
{
    const struct request request = request_for("host=93.184.215.14&ports=443,80");
    struct owner first = {0}, second = {0};

    (void)state;
    assert_non_null(begin(&request, &first));
    assert_non_null(begin(&request, &second));
    assert_int_equal(prober.count, 1);
    assert_spent(2, 1, 2, 0);
    fake_link_result(&prober, 0, 443, STATE_OPEN, false);
    fake_link_result(&prober, 0, 80, STATE_OPEN, true);
    assert_int_equal(first.done + second.done, 2);
}

/* --- ways out ----------------------------------------------------------------------------- */

static void test_who_goes_is_forgotten(void **state)
{
    const struct request name = request_for("host=dual.example.net&ports=443");
    struct owner owner = {0};
    struct check_job *check;

    (void)state;
    check = begin(&name, &owner);
    check_cancel(check);
    assert_true(resolver.query.cancelled);
    check = begin(&name, &owner);
    answer_both();
    assert_int_equal(check_result(check)->target_count, 2);
    check_cancel(check);
    assert_true(prober.jobs[0].cancelled && prober.jobs[1].cancelled);
    assert_int_equal(owner.done + owner.failed, 0);
}

/* One of two jobs fails: the owner hears it once, and the other job is given up. */
static void test_one_job_fails(void **state)
{
    const struct request request = request_for("host=dual.example.net&ports=443");

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct owner owner = {0};
        uint32_t job = prober.count;
        assert_non_null(begin(&request, &owner));
        answer_both();
        if (i < 2)
            fake_link_refuse(&prober, job + i % 2, REFUSED_RATE_LIMITED);
        else
            fake_link_lose(&prober, job + i % 2);
        assert_int_equal(owner.failed, 1);
        assert_int_equal(owner.problem.cause, i < 2 ? CAUSE_TARGET_SPENT : CAUSE_PROBER_DOWN);
        assert_int_equal(owner.problem.limit, i < 2 ? LIMIT_TARGET : LIMIT_NONE);
        assert_true(prober.jobs[job + 1 - i % 2].cancelled);
    }
}

static void test_no_prober(void **state)
{
    const struct request request = request_for("host=93.184.215.14&ports=443");

    (void)state;
    prober.status = PROBER_LINK_DOWN;
    assert_refused(&request, CAUSE_PROBER_DOWN);
    prober.status = PROBER_LINK_FULL;
    assert_refused(&request, CAUSE_TOO_MANY_CHECKS);
}

/* One client has a third of the packet logs at most, and gives back what he has. */
static void test_a_share_of_the_packet_logs(void **state)
{
    static const struct addr other = {ADDR_IPV4, {203, 0, 113, 8}};
    const struct request one = request_for("host=93.184.215.14&ports=443&packets=true");
    const struct request both = request_for("host=dual.example.net&ports=80&packets=true");
    const struct request more = request_for("host=93.184.215.15&ports=443&packets=true");
    const struct request without = request_for("host=93.184.215.15&ports=443");
    struct owner first = {0}, second = {0}, third = {0};
    struct check_job *checks_of[3];

    (void)state;
    checks_of[0] = begin(&one, &first);
    assert_non_null(checks_of[0]);
    assert_non_null(begin(&both, &second));
    answer_both();
    assert_int_equal(second.failed, 1);
    assert_int_equal(second.problem.cause, CAUSE_TOO_MANY_CHECKS);
    checks_of[1] = begin(&more, &third);
    assert_non_null(checks_of[1]);
    assert_refused(&one, CAUSE_TOO_MANY_CHECKS);
    checks_of[2] = begin(&without, &second);
    assert_non_null(checks_of[2]);
    check_cancel(checks_of[2]);
    checks_of[2] = check_begin(&checks, &more, &other, &ops, &second, &second.problem);
    assert_non_null(checks_of[2]);
    for (unsigned i = 0; i < 3; i++)
        check_cancel(checks_of[i]);
}

static void test_no_resolver(void **state)
{
    const struct request request = request_for("host=dual.example.net&ports=443");

    (void)state;
    resolver.is_full = true;
    assert_refused(&request, CAUSE_TOO_MANY_LOOKUPS);
}

static void test_more_than_may_be_under_way(void **state)
{
    static const struct addr other = {ADDR_IPV4, {198, 51, 100, 8}};
    const struct request request = request_for("host=93.184.215.14&ports=443");
    struct owner owner = {0};
    struct check_job *under_way[PENDING_MAX];

    (void)state;
    for (unsigned i = 0; i < CHECKS_MAX; i++)
        under_way[i] = begin(&request, &owner);
    assert_refused(&request, CAUSE_CLIENT_CHECKS);
    under_way[CHECKS_MAX] = check_begin(&checks, &request, &other, &ops, &owner, &owner.problem);
    assert_non_null(under_way[CHECKS_MAX]);
    assert_null(check_begin(&checks, &request, &other, &ops, &owner, &owner.problem));
    assert_int_equal(owner.problem.cause, CAUSE_TOO_MANY_CHECKS);
    for (unsigned i = 0; i < PENDING_MAX; i++)
        check_cancel(under_way[i]);
}

static void test_the_longest(void **state)
{
    (void)state;
    config.resolver.timeout_ms = 2000;
    config.policy.timeout_ms = 3000;
    config.policy.linger_ms = 2000;
    assert_int_equal(check_longest_ms(&config), 2000 + 3000 + 2000 + SYN_SCHEDULE_TRACE_EXTRA_MS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_an_address),
        TEST(test_a_name_of_both_families),
        TEST(test_a_name_that_is_none),
        TEST(test_the_client_itself),
        TEST(test_the_client_s_limit_refuses),
        TEST(test_the_limit_of_new_targets_refuses),
        TEST(test_the_limit_of_either_target_refuses),
        TEST(test_a_target_asked_before_is_not_new),
        TEST(test_the_target_pays_once),
        TEST(test_who_goes_is_forgotten),
        TEST(test_one_job_fails),
        TEST(test_no_prober),
        TEST(test_a_share_of_the_packet_logs),
        TEST(test_no_resolver),
        TEST(test_more_than_may_be_under_way),
        TEST(test_the_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
