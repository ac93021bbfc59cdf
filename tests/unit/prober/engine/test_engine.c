/* SPDX-License-Identifier: BSD-2-Clause */
/* From the first SYN to the verdict, on a network with a clock of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/unit/support/network.h"

#define PORTS(...) ((const uint16_t[]){__VA_ARGS__, 0, 0, 0})
#define MS(ns)     ((ns) / NS_PER_MS)

enum { OPEN = 10, CLOSED = 11, SILENT = 12, ODD = 13 };

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

static void test_open_costs_one_round_trip_and_one_syn(void **state)
{
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;
    const struct network_result *r;

    (void)state;
    network_check(n, 0, 1, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    r = network_result(n, 0, 1, OPEN);
    assert_state(r, STATE_OPEN);
    assert_int_equal(MS(r->at_ns - start_ns), 50);
    assert_int_equal(MS(r->result.verdict.rtt_ns), 50);
    assert_int_equal(r->result.verdict.sent, 1);
    assert_true(r->result.last);
    assert_int_equal(n->sent_count, 1); /* the kernel sent the RST */
    assert_int_equal(engine_probes_in_flight(n->engine), 0);
    network_free(n);
}

static void test_the_engine_tears_down_if_the_kernel_does_not(void **state)
{
    struct test_network *n = started();

    (void)state;
    n->kernel_is_silent = true;
    network_check(n, 0, 1, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->sent_count, 2);
    assert_int_equal(n->sent[1].segment.flags, TCP_RST);
    assert_int_equal(n->sent[1].segment.seq, n->sent[0].segment.seq + 1);
    assert_int_equal(n->sent[1].segment.sport, n->sent[0].segment.sport);
    assert_int_equal(MS(n->sent[1].at_ns - n->sent[0].at_ns), 200);
    network_free(n);
}

static void test_closed_waits_for_something_weightier(void **state)
{
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->answers[ODD] = NETWORK_FORGED_OPEN;
    network_check(n, 0, 1, PORTS(CLOSED));
    network_check(n, 0, 2, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, CLOSED), STATE_CLOSED);
    assert_int_equal(MS(network_result(n, 0, 1, CLOSED)->at_ns - start_ns), 300);
    assert_state(network_result(n, 0, 2, ODD), STATE_OPEN);
    assert_int_equal(network_result(n, 0, 2, ODD)->result.verdict.evidence,
                     UINT64_C(1) << EVIDENCE_RST_INJECTED);
    assert_int_equal(n->sent_count, 4); /* nothing is repeated, but one flow's word is not enough */
    for (unsigned i = 0; i < n->sent_count; i++)
        assert_int_equal(n->sent[i].segment.tos, i < 2 ? 0 : OUR_SYN_TOS);
    network_free(n);
}

static void test_silence_gets_the_whole_schedule(void **state)
{
    static const struct {
        uint16_t at_ms;
        unsigned flow;
    } r8[] = {{0, 0}, {300, 1}, {700, 0}, {1000, 2}, {1350, 1}, {1700, 3}, {2050, 2}, {2400, 3}};
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;
    struct segment flows[4];
    bool known[4] = {false};

    (void)state;
    network_check(n, 0, 1, PORTS(SILENT));
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->sent_count, 8);
    for (unsigned i = 0; i < 8; i++) {
        const struct segment *s = &n->sent[i].segment;
        unsigned flow = r8[i].flow;
        assert_int_equal(MS(n->sent[i].at_ns - start_ns), r8[i].at_ms);
        if (known[flow]) { /* a true retransmission */
            assert_int_equal(s->sport, flows[flow].sport);
            assert_int_equal(s->seq, flows[flow].seq);
            assert_true(s->ts_value != flows[flow].ts_value);
        }
        flows[flow] = *s;
        known[flow] = true;
        for (unsigned other = 0; other < 4; other++)
            if (known[other] && other != flow) {
                assert_true(s->sport != flows[other].sport);
                assert_true(s->seq != flows[other].seq);
            }
    }
    assert_int_not_equal(flows[0].sport % 2, flows[1].sport % 2);
    assert_state(network_result(n, 0, 1, SILENT), STATE_FILTERED);
    assert_int_equal(network_result(n, 0, 1, SILENT)->result.verdict.sent, 8);
    assert_int_equal(MS(network_result(n, 0, 1, SILENT)->at_ns - start_ns), 3600);
    network_free(n);
}

static void test_silence_beside_answers(void **state)
{
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->policy.echo = true; /* without a reply to compare with, anybody may answer the ACK */
    n->echo_replies = true;
    n->ack_answered = true;
    network_check(n, 0, 1, PORTS(SILENT, OPEN, CLOSED));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, OPEN), STATE_OPEN);
    assert_state(network_result(n, 0, 1, CLOSED), STATE_CLOSED);
    assert_state(network_result(n, 0, 1, SILENT), STATE_FILTERED);
    assert_int_equal(MS(network_result(n, 0, 1, SILENT)->at_ns - start_ns), 3600);
    assert_false(network_result(n, 0, 1, OPEN)->result.last);
    assert_true(network_result(n, 0, 1, SILENT)->result.last);
    assert_int_equal(network_result(n, 0, 1, SILENT)->result.verdict.evidence,
                     UINT64_C(1) << EVIDENCE_OTHER_PORT_ANSWERED |
                         UINT64_C(1) << EVIDENCE_ECHO_ANSWERED |
                         UINT64_C(1) << EVIDENCE_ACK_PROBE_ANSWERED);
    network_free(n);
}

static void test_late_answers_count(void **state)
{
    struct test_network *n = started();

    (void)state;
    n->rtt_ns = 2900 * NS_PER_MS;
    network_check(n, 0, 1, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, OPEN), STATE_OPEN);
    assert_int_equal(MS(network_result(n, 0, 1, OPEN)->result.verdict.rtt_ns), 2900);

    n->answers[ODD] = NETWORK_HOST_DOWN;
    network_check(n, 0, 2, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_string_equal(verdict_reason_name(network_result(n, 0, 2, ODD)->result.verdict.reason),
                        "icmp-host-unreachable");
    assert_int_equal(network_result(n, 0, 2, ODD)->result.verdict.disposition,
                     DISPOSITION_UNREACHABLE);
    network_free(n);
}

static void test_an_icmp_error_takes_a_second_flow(void **state)
{
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->answers[ODD] = NETWORK_PROHIBITED;
    network_check(n, 0, 1, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, ODD), STATE_FILTERED);
    assert_int_equal(MS(network_result(n, 0, 1, ODD)->at_ns - start_ns), 1000); /* as for a RST */
    assert_int_equal(n->sent_count, 2);
    assert_int_not_equal(n->sent[0].segment.sport, n->sent[1].segment.sport);
    assert_int_equal(MS(n->sent[1].at_ns - start_ns), 50);
    network_free(n);
}

static void test_a_stale_connection_costs_a_syn(void **state)
{
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->answers[ODD] = NETWORK_STALE_FIRST;
    network_check(n, 0, 1, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, ODD), STATE_OPEN);
    /* anybody can send an ACK: whether the first flow stays silent is asked once more */
    assert_int_equal(MS(network_result(n, 0, 1, ODD)->at_ns - start_ns), 400);
    assert_int_equal(MS(n->sent[1].at_ns - start_ns), 300);
    assert_int_not_equal(n->sent[0].segment.sport, n->sent[1].segment.sport);
    assert_int_equal(n->sent[0].segment.sport, n->sent[2].segment.sport);
    assert_int_equal(n->sent_count, 3);
    network_free(n);
}

/* The frontend refuses it, but a peer may say it: both are reported, and both slots free. */
static void test_a_port_named_twice(void **state)
{
    static const enum network_answer answers[] = {NETWORK_OPEN, NETWORK_CLOSED, NETWORK_SILENT};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(answers); i++) {
        struct test_network *n = started();
        n->answers[ODD] = answers[i];
        network_check(n, 0, 1, PORTS(ODD, ODD));
        network_run(n, 8 * NS_PER_S);
        assert_int_equal(n->result_count, 2);
        assert_false(n->results[0].result.last);
        assert_true(n->results[1].result.last);
        assert_int_equal(n->results[0].result.verdict.state, n->results[1].result.verdict.state);
        assert_int_equal(engine_probes_in_flight(n->engine), 0);
        network_free(n);
    }
}

static void test_our_own_obstacles_are_unknown(void **state)
{
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->send_error = EPERM;
    network_check(n, 0, 1, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, OPEN), STATE_UNKNOWN);
    assert_int_equal(network_result(n, 0, 1, OPEN)->result.verdict.reason, REASON_LOCAL_FIREWALL);
    assert_int_equal(MS(network_result(n, 0, 1, OPEN)->at_ns - start_ns), 700); /* three tries */

    n->send_error = 0;
    n->source_error = ENETUNREACH;
    start_ns = n->now_ns;
    network_check(n, 0, 2, PORTS(OPEN, CLOSED));
    assert_int_equal(network_result(n, 0, 2, OPEN)->result.verdict.reason, REASON_NO_ROUTE);
    assert_true(network_result(n, 0, 2, CLOSED)->result.last);
    assert_int_equal(network_result(n, 0, 2, OPEN)->at_ns, start_ns);
    assert_int_equal(n->sent_count, 0);
    assert_int_equal(engine_probes_in_flight(n->engine), 0);
    network_free(n);
}

/* A SYN with a small TTL may be answered by whoever stands in between: it moves no state, which
 * would else depend on the wish for a trace.  What it opens is closed again. */
static void test_a_trace_that_is_answered(void **state)
{
    struct test_network *n = started();
    const struct wire_check check = {.job = 1,
                                     .addr = {ADDR_IPV4, {198, 18, 3, 2}},
                                     .port_count = 1,
                                     .ports = {ODD},
                                     .trace = true};
    unsigned near = 0, resets = 0;

    (void)state;
    n->kernel_is_silent = true;
    n->answers[ODD] = NETWORK_OPEN_NEAR;
    engine_check(n->engine, 0, &check, n->now_ns);
    network_run(n, 8 * NS_PER_S);
    assert_state(network_result(n, 0, 1, ODD), STATE_FILTERED);
    for (unsigned i = 0; i < n->sent_count; i++) {
        near += n->sent[i].segment.flags == TCP_SYN && n->sent[i].segment.ttl < OUR_SYN_TTL;
        resets += n->sent[i].segment.flags == TCP_RST;
    }
    assert_int_not_equal(near, 0);
    assert_int_equal(resets, near);
    assert_int_equal(engine_probes_in_flight(n->engine), 0);
    network_free(n);
}

/* With a full queue the kernel's refusals come while the engine is sending: the third
 * of a probe must not take it away from under its own echo or trace. */
static void test_refusals_in_the_midst_of_sending(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        struct test_network *n = network_new();
        struct wire_check check = {
            .job = 1,
            .addr = {ADDR_IPV4, {198, 18, 3, 2}},
            .port_count = (i & 4) != 0 ? 2 : 1,
            .ports = {OPEN, (i & 4) != 0 ? SILENT : 0},
            .trace = (i & 1) != 0,
        };
        n->policy.echo = (i & 2) != 0;
        n->queue_is_full = true;
        n->send_error = EPERM;
        network_start(n);
        engine_check(n->engine, 0, &check, n->now_ns);
        network_run(n, 5 * NS_PER_S);
        assert_int_equal(n->result_count, check.port_count);
        for (unsigned k = 0; k < check.port_count; k++)
            assert_int_equal(n->results[k].result.verdict.reason, REASON_LOCAL_FIREWALL);
        assert_int_equal(engine_probes_in_flight(n->engine), 0);
        network_free(n);
    }
}

static void test_capture_losses_are_unknown(void **state)
{
    struct test_network *n = started();

    (void)state;
    network_check(n, 0, 1, PORTS(SILENT));
    network_run(n, NS_PER_S);
    n->losses = 3;
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(network_result(n, 0, 1, SILENT)->result.verdict.reason, REASON_CAPTURE_LOST);
    network_check(n, 0, 2, PORTS(SILENT)); /* earlier losses do not matter */
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 2, SILENT), STATE_FILTERED);
    network_free(n);
}

/* No false "filtered" from loss: docs/verdicts.md, "Retransmission",
 * has 0.03 % at 20 % loss each way. */
static void test_loss_is_not_a_verdict(void **state)
{
    struct test_network *n = started();
    unsigned wrong = 0;

    (void)state;
    n->loss_percent = 20;
    for (uint32_t job = 0; job < 5000; job++) {
        network_check(n, 0, job, PORTS(job % 2 == 0 ? OPEN : CLOSED));
        network_run(n, 4 * NS_PER_S);
        n->sent_count = 0;
    }
    assert_int_equal(n->result_count, 5000);
    for (unsigned i = 0; i < n->result_count; i++) {
        const struct verdict *v = &n->results[i].result.verdict;
        wrong += v->state != (v->port == OPEN ? STATE_OPEN : STATE_CLOSED);
    }
    assert_in_range(wrong, 0, 5);
    network_free(n);
}

static void test_every_half_open_connection_is_torn_down(void **state)
{
    struct test_network *n = started();
    unsigned resets = 0;

    (void)state;
    n->kernel_is_silent = true;
    n->rtt_ns = 320 * NS_PER_MS; /* the second flow's SYN has left, too */
    network_check(n, 0, 1, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    for (unsigned i = 0; i < n->sent_count; i++)
        resets += (n->sent[i].segment.flags & TCP_RST) != 0;
    assert_int_equal(n->sent_count - resets, 2);
    assert_int_equal(resets, 2);
    /* the second flow's answer was on its way: that is no silence to look into */
    assert_int_equal(MS(network_result(n, 0, 1, OPEN)->at_ns - n->sent[0].at_ns), 320);
    network_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_costs_one_round_trip_and_one_syn),
        cmocka_unit_test(test_the_engine_tears_down_if_the_kernel_does_not),
        cmocka_unit_test(test_closed_waits_for_something_weightier),
        cmocka_unit_test(test_silence_gets_the_whole_schedule),
        cmocka_unit_test(test_silence_beside_answers),
        cmocka_unit_test(test_late_answers_count),
        cmocka_unit_test(test_an_icmp_error_takes_a_second_flow),
        cmocka_unit_test(test_a_stale_connection_costs_a_syn),
        cmocka_unit_test(test_a_port_named_twice),
        cmocka_unit_test(test_our_own_obstacles_are_unknown),
        cmocka_unit_test(test_a_trace_that_is_answered),
        cmocka_unit_test(test_refusals_in_the_midst_of_sending),
        cmocka_unit_test(test_capture_losses_are_unknown),
        cmocka_unit_test(test_loss_is_not_a_verdict),
        cmocka_unit_test(test_every_half_open_connection_is_torn_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
