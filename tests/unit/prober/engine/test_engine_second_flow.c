/* SPDX-License-Identifier: BSD-2-Clause */
/* The second flow that an answer asks for: what it costs, how long it is waited for, what a
 * difference shows.  test_engine.c has the rest of a check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "tests/unit/support/network.h"

#define PORTS(...) ((const uint16_t[]){__VA_ARGS__, 0, 0, 0})
#define MS(ns)     ((ns) / NS_PER_MS)

enum { OPEN = 10, CLOSED = 11, ODD = 13 };

static struct test_network *started(void)
{
    struct test_network *network = network_new();

    network->answers[OPEN] = NETWORK_OPEN;
    network->answers[CLOSED] = NETWORK_CLOSED;
    network_start(network);
    return network;
}

static void assert_state(const struct network_result *result, enum verdict_state state)
{
    assert_false(result->refused);
    assert_string_equal(verdict_state_name(result->result.verdict.state),
                        verdict_state_name(state));
}

static bool claims(const struct network_result *result, enum verdict_evidence evidence)
{
    return (result->result.verdict.evidence >> evidence & 1) != 0;
}

/* A RST that does not bear our mark may come from somebody near to us: the host's SYN-ACK has a
 * second. */
static void test_a_reset_is_waited_for_as_long_as_the_host_may_take(void **state)
{
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->answers[ODD] = NETWORK_FORGED_FAR;
    network_check(n, 0, 1, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, ODD), STATE_OPEN);
    assert_true(claims(network_result(n, 0, 1, ODD), EVIDENCE_RST_INJECTED));
    n->answers[ODD] = NETWORK_PLAIN;
    start_ns = n->now_ns;
    network_check(n, 0, 2, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(MS(network_result(n, 0, 2, ODD)->at_ns - start_ns), 1000);
    network_free(n);
}

/* Nor is a router's error the last word of a host that is far away. */
static void test_an_error_is_waited_for_as_long(void **state)
{
    struct test_network *n = started();

    (void)state;
    n->answers[ODD] = NETWORK_PROHIBITED_NEAR;
    network_check(n, 0, 1, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, ODD), STATE_OPEN);
    assert_true(claims(network_result(n, 0, 1, ODD), EVIDENCE_ICMP_CONTRADICTED));
    network_free(n);
}

/* With the echo's round trip known, two of those. */
static void test_a_known_round_trip_bounds_the_wait(void **state)
{
    struct test_network *n = network_new();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->policy.echo = true;
    n->echo_replies = true;
    n->answers[ODD] = NETWORK_PLAIN;
    network_start(n);
    network_check(n, 0, 1, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, ODD), STATE_CLOSED);
    assert_int_equal(MS(network_result(n, 0, 1, ODD)->at_ns - start_ns), 300);
    network_free(n);
}

/* What a plain closed port costs, with nothing in doubt: no SYN with a small TTL. */
static void test_closed_takes_two_syns_and_one_echo(void **state)
{
    struct test_network *n = network_new();

    (void)state;
    n->policy.echo = true;
    n->echo_replies = true;
    n->answers[CLOSED] = NETWORK_CLOSED;
    network_start(n);
    network_check(n, 0, 1, PORTS(CLOSED));
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(network_result(n, 0, 1, CLOSED)->result.verdict.actor, ACTOR_HOST);
    assert_int_equal(n->sent_count, 2);
    assert_int_equal(n->echo_count, 1);
    network_free(n);
}

static void test_flows_that_differ(void **state)
{
    static const struct {
        enum network_answer answer;
        enum verdict_evidence evidence;
    } rows[] = {{NETWORK_MARKED_ONLY, EVIDENCE_DEPENDS_ON_DSCP},
                {NETWORK_DIVIDED, EVIDENCE_DEPENDS_ON_FLOW}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct test_network *n = started();
        const struct verdict *v;
        n->answers[ODD] = rows[i].answer;
        network_check(n, 0, 1, PORTS(ODD));
        network_run(n, 5 * NS_PER_S);
        v = &network_result(n, 0, 1, ODD)->result.verdict;
        assert_state(network_result(n, 0, 1, ODD), STATE_OPEN);
        assert_true(claims(network_result(n, 0, 1, ODD), rows[i].evidence));
        assert_int_not_equal(v->confidence, CONFIDENCE_CERTAIN);
        network_free(n);
    }
}

/* A probe's record is used again: what flows of an earlier port said is not the next one's. */
static void test_a_record_is_used_again(void **state)
{
    struct test_network *n = network_new();

    (void)state;
    n->config.capacity = 8; /* the last slot that came back is the next */
    n->answers[OPEN] = NETWORK_OPEN;
    n->answers[CLOSED] = NETWORK_CLOSED;
    network_start(n);
    network_check(n, 0, 1, PORTS(CLOSED));
    network_run(n, 5 * NS_PER_S);
    n->sent_count = 0;
    network_check(n, 0, 2, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->sent_count, 1);
    assert_int_equal(network_result(n, 0, 2, OPEN)->result.verdict.evidence, 0);
    n->sent_count = 0;
    network_check(n, 0, 3, PORTS(CLOSED));
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->sent_count, 2); /* the second flow is asked again */
    network_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reset_is_waited_for_as_long_as_the_host_may_take),
        cmocka_unit_test(test_an_error_is_waited_for_as_long),
        cmocka_unit_test(test_a_known_round_trip_bounds_the_wait),
        cmocka_unit_test(test_closed_takes_two_syns_and_one_echo),
        cmocka_unit_test(test_flows_that_differ),
        cmocka_unit_test(test_a_record_is_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
