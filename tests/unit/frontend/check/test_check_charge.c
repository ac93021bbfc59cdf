/* SPDX-License-Identifier: BSD-2-Clause */
/* What a check costs whom, and what of it is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/frontend/check/check_fixture.h"

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

/* A question that is being asked already costs the target nothing. */
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
    assert_int_equal(first.done, 1);
    serve_until_done(&second);
}

/* Whoever joins a check under way is told as late as if it were their own. */
static void test_joining_shows_not_in_the_time(void **state)
{
    const struct request request = request_for("host=93.184.215.14&ports=443,80");
    struct owner first = {0}, second = {0}, third = {0};
    uint64_t began_ns = clock_now_ns(), joined_ns;
    struct check_job *leaver;

    (void)state;
    assert_non_null(begin(&request, &first));
    serve(LATE_MS);
    joined_ns = clock_now_ns();
    assert_non_null(begin(&request, &second));
    leaver = begin(&request, &third);
    assert_int_equal(prober.count, 1);
    fake_link_result(&prober, 0, 443, STATE_OPEN, false);
    fake_link_result(&prober, 0, 80, STATE_OPEN, true);
    assert_int_equal(first.done, 1);
    assert_int_equal(second.ports, 0);
    check_cancel(leaver); /* with answers held back */
    serve_until_done(&second);
    assert_int_equal(second.ports, 2);
    assert_true(clock_now_ns() - joined_ns >= joined_ns - began_ns);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_the_client_s_limit_refuses),
        TEST(test_the_limit_of_new_targets_refuses),
        TEST(test_the_limit_of_either_target_refuses),
        TEST(test_a_target_asked_before_is_not_new),
        TEST(test_the_target_pays_once),
        TEST(test_joining_shows_not_in_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
