/* SPDX-License-Identifier: BSD-2-Clause */
/* A check from the request to its answer: who is told what, what it costs, and that each
 * way out gives back what was held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frontend/limits/costs.h"
#include "tests/unit/frontend/check/check_fixture.h"

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
    assert_spent(COST_REQUEST + COST_TRACE, 2, SYN_SCHEDULE_TRACED_COST, SYN_SCHEDULE_TRACED_COST);
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

/* One client has a third of the packet logs at most, and gives them back. */
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
