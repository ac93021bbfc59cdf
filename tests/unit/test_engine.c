/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "common/clock.h"
#include "tests/unit/network.h"

#define PORTS(...) ((const uint16_t[]){__VA_ARGS__, 0, 0, 0})
#define MS(ns)     ((ns) / NS_PER_MS)

enum { OPEN = 10, CLOSED = 11, SILENT = 12, ODD = 13 };

static struct network *started(void)
{
    struct network *network = network_new();

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
    struct network *n = started();
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
    struct network *n = started();

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
    struct network *n = started();
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
    assert_int_equal(n->sent_count, 2); /* nothing is repeated after an answer */
    network_free(n);
}

static void test_silence_gets_the_whole_schedule(void **state)
{
    static const struct {
        uint16_t at_ms;
        unsigned flow;
    } r8[] = {{0, 0}, {300, 1}, {700, 0}, {1000, 2}, {1350, 1}, {1700, 3}, {2050, 2}, {2400, 3}};
    struct network *n = started();
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

static void test_a_living_target_needs_no_linger(void **state)
{
    struct network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    network_check(n, 0, 1, PORTS(SILENT, OPEN, CLOSED));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, OPEN), STATE_OPEN);
    assert_state(network_result(n, 0, 1, CLOSED), STATE_CLOSED);
    assert_state(network_result(n, 0, 1, SILENT), STATE_FILTERED);
    assert_int_equal(MS(network_result(n, 0, 1, SILENT)->at_ns - start_ns), 3000);
    assert_false(network_result(n, 0, 1, OPEN)->result.last);
    assert_true(network_result(n, 0, 1, SILENT)->result.last);
    assert_int_equal(network_result(n, 0, 1, SILENT)->result.verdict.evidence,
                     UINT64_C(1) << EVIDENCE_OTHER_PORT_ANSWERED);
    network_free(n);
}

static void test_late_answers_count(void **state)
{
    struct network *n = started();

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

static void test_an_icmp_error_ends_the_sending(void **state)
{
    struct network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->answers[ODD] = NETWORK_PROHIBITED;
    network_check(n, 0, 1, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, ODD), STATE_FILTERED);
    assert_int_equal(MS(network_result(n, 0, 1, ODD)->at_ns - start_ns), 300);
    assert_int_equal(n->sent_count, 1);
    network_free(n);
}

static void test_a_stale_connection_moves_to_the_next_flow_at_once(void **state)
{
    struct network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->answers[ODD] = NETWORK_STALE_FIRST;
    network_check(n, 0, 1, PORTS(ODD));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, ODD), STATE_OPEN);
    assert_int_equal(MS(network_result(n, 0, 1, ODD)->at_ns - start_ns), 100);
    assert_int_not_equal(n->sent[0].segment.sport, n->sent[1].segment.sport);
    network_free(n);
}

static void test_our_own_obstacles_are_unknown(void **state)
{
    struct network *n = started();
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

static void test_capture_losses_are_unknown(void **state)
{
    struct network *n = started();

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

static void assert_refused(struct network *n, const struct wire_check *check,
                           enum wire_refusal reason, uint8_t port_index)
{
    unsigned before = n->sent_count;
    const struct network_result *r;

    engine_check(n->engine, 0, check, n->now_ns);
    r = &n->results[n->result_count - 1];
    assert_true(r->refused);
    assert_int_equal(r->refusal.reason, reason);
    assert_int_equal(r->refusal.port_index, port_index);
    assert_int_equal(r->refusal.job, check->job);
    assert_int_equal(n->sent_count, before);
}

static void test_the_policy_is_judged_again(void **state)
{
    static struct prefix denied = {{ADDR_IPV4, {198, 18, 9}}, 24};
    struct network *n = network_new();
    struct wire_check good = {
        .job = 9, .addr = {ADDR_IPV4, {198, 18, 3, 2}}, .port_count = 2, .ports = {80, 443}};
    struct wire_check check;

    (void)state;
    n->policy.any_port = false;
    n->policy.max_ports = 2;
    n->policy.timeout_ms = 2000;
    n->policy.deny = (struct prefix_list){&denied, 1};
    network_start(n);

    check = good;
    check.addr = (struct addr){ADDR_IPV4, {10, 0, 0, 1}};
    assert_refused(n, &check, REFUSED_ADDRESS_NOT_PUBLIC, WIRE_NO_PORT);
    check.addr = (struct addr){ADDR_IPV6, {0x20, 0x02, 8, 8, 8, 8}};
    assert_refused(n, &check, REFUSED_ADDRESS_EMBEDDED, WIRE_NO_PORT);
    check.addr = (struct addr){ADDR_IPV4, {198, 18, 9, 1}};
    assert_refused(n, &check, REFUSED_OPTED_OUT, WIRE_NO_PORT);
    check = good;
    check.ports[1] = 81;
    assert_refused(n, &check, REFUSED_PORT_NOT_ALLOWED, 1);
    check = good;
    check.port_count = 3;
    check.ports[2] = 22;
    assert_refused(n, &check, REFUSED_TOO_MANY_PORTS, WIRE_NO_PORT);
    check = good;
    check.timeout_ms = 2001;
    assert_refused(n, &check, REFUSED_TIMEOUT_TOO_LONG, WIRE_NO_PORT);
    engine_check(n->engine, 0, &good, n->now_ns);
    assert_refused(n, &good, REFUSED_JOB_IN_USE, WIRE_NO_PORT);
    network_free(n);
}

static void test_the_targets_quota(void **state)
{
    struct network *n = network_new();
    const struct network_result *r;

    (void)state;
    n->config.target_quota = 4;
    n->config.target_window_ns = 60 * NS_PER_S;
    n->answers[OPEN] = NETWORK_OPEN;
    network_start(n);
    network_check(n, 0, 1, PORTS(OPEN, CLOSED, SILENT));
    network_check(n, 1, 2, PORTS(OPEN, CLOSED));
    r = network_result(n, 1, 2, 0);
    assert_true(r->refused);
    assert_int_equal(r->refusal.reason, REFUSED_RATE_LIMITED);
    assert_in_range(r->refusal.retry_after_ms, 14000, 15001);
    network_check(n, 1, 3, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 1, 3, OPEN), STATE_OPEN);
    network_free(n);
}

static void test_clients_do_not_meet(void **state)
{
    struct network *n = started();

    (void)state;
    network_check(n, 0, 1, PORTS(OPEN));
    network_check(n, 1, 1, PORTS(OPEN)); /* the same job number, the same target */
    network_check(n, 2, 1, PORTS(SILENT));
    assert_int_not_equal(n->sent[0].segment.sport, n->sent[1].segment.sport);
    engine_cancel(n->engine, 1, 7);
    engine_forget(n->engine, 2);
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 1, OPEN), STATE_OPEN);
    assert_state(network_result(n, 1, 1, OPEN), STATE_OPEN);
    assert_int_equal(n->result_count, 2); /* who left hears nothing */
    network_free(n);
}

static void test_cancel(void **state)
{
    struct network *n = started();

    (void)state;
    network_check(n, 0, 1, PORTS(SILENT, OPEN));
    engine_cancel(n->engine, 0, 1);
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->result_count, 0);
    assert_int_equal(n->sent_count, 2);
    assert_int_equal(engine_probes_in_flight(n->engine), 0);
    network_free(n);
}

/* The kernel's refusal of the third SYN comes after the job was cancelled. */
static void test_a_refusal_after_the_cancel_concerns_nobody(void **state)
{
    struct network *n = started();

    (void)state;
    n->send_error = EPERM;
    network_check(n, 0, 1, PORTS(OPEN));
    network_run(n, 699 * NS_PER_MS);
    n->now_ns += NS_PER_MS;
    engine_tick(n->engine, n->now_ns);
    assert_int_equal(n->failed_count, 1);
    engine_cancel(n->engine, 0, 1);
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->result_count, 0);
    assert_int_equal(engine_probes_in_flight(n->engine), 0);

    n->send_error = 0; /* and the next job finds everything in order */
    network_check(n, 0, 2, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 2, OPEN), STATE_OPEN);
    network_free(n);
}

static void test_source_ports_and_room_are_finite(void **state)
{
    struct network *n = started();

    (void)state;
    for (uint32_t job = 0; job < ENGINE_PORT_GROUPS; job++)
        network_check(n, 0, job, PORTS(SILENT));
    assert_int_equal(n->result_count, 0);
    network_check(n, 0, 99, PORTS(SILENT));
    assert_int_equal(network_result(n, 0, 99, 0)->refusal.reason, REFUSED_BUSY);
    network_check(n, 0, 100, PORTS(CLOSED)); /* another port is another matter */
    network_run(n, 5 * NS_PER_S);
    assert_state(network_result(n, 0, 100, CLOSED), STATE_CLOSED);
    assert_state(network_result(n, 0, 3, SILENT), STATE_FILTERED);
    network_free(n);
}

static void test_nobody_takes_all_the_room(void **state)
{
    struct network *n = network_new();
    unsigned admitted = 0;

    (void)state;
    n->config.capacity = 90;
    network_start(n);
    for (uint16_t port = 1; port <= 200; port++)
        network_check(n, 0, port, PORTS(port));
    for (unsigned i = 0; i < n->result_count; i++)
        assert_int_equal(n->results[i].refusal.reason, REFUSED_BUSY);
    admitted = 200 - n->result_count;
    assert_in_range(admitted, 75, 85); /* eight times what is left */
    n->result_count = 0;
    network_check(n, 1, 1, PORTS(500));
    assert_int_equal(n->result_count, 0);
    network_free(n);
}

static void test_the_packet_rate_is_kept(void **state)
{
    struct network *n = network_new();

    (void)state;
    n->config.max_rate = 1000;
    n->rtt_ns = 5 * NS_PER_MS;
    for (uint16_t port = 1; port <= 200; port++)
        n->answers[port] = NETWORK_CLOSED;
    network_start(n);
    for (uint16_t port = 1; port <= 200; port++)
        network_check(n, 0, port, PORTS(port));
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->sent_count, 200);
    for (unsigned i = 20; i < 200; i++) /* any 20 take 14 ms or more: a burst of 5 is let go */
        assert_true(n->sent[i].at_ns - n->sent[i - 20].at_ns >= 14 * NS_PER_MS);
    assert_in_range(MS(n->sent[199].at_ns - n->sent[0].at_ns), 190, 205);
    assert_int_equal(n->result_count, 200);
    network_free(n);
}

/* No false "filtered" from loss: VERDICTS section 4 promises 0.03 % at 20 %. */
static void test_loss_is_not_a_verdict(void **state)
{
    struct network *n = started();
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_costs_one_round_trip_and_one_syn),
        cmocka_unit_test(test_the_engine_tears_down_if_the_kernel_does_not),
        cmocka_unit_test(test_closed_waits_for_something_weightier),
        cmocka_unit_test(test_silence_gets_the_whole_schedule),
        cmocka_unit_test(test_a_living_target_needs_no_linger),
        cmocka_unit_test(test_late_answers_count),
        cmocka_unit_test(test_an_icmp_error_ends_the_sending),
        cmocka_unit_test(test_a_stale_connection_moves_to_the_next_flow_at_once),
        cmocka_unit_test(test_our_own_obstacles_are_unknown),
        cmocka_unit_test(test_capture_losses_are_unknown),
        cmocka_unit_test(test_the_policy_is_judged_again),
        cmocka_unit_test(test_the_targets_quota),
        cmocka_unit_test(test_clients_do_not_meet),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_a_refusal_after_the_cancel_concerns_nobody),
        cmocka_unit_test(test_source_ports_and_room_are_finite),
        cmocka_unit_test(test_nobody_takes_all_the_room),
        cmocka_unit_test(test_the_packet_rate_is_kept),
        cmocka_unit_test(test_loss_is_not_a_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
