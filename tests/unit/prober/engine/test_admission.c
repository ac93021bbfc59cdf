/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is let in, and what one peer, target or rate may take. */
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

static void assert_refused(struct test_network *n, const struct wire_check *check,
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
    struct test_network *n = network_new();
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

/* A trace sends three times as much, so it costs as much. */
static void test_a_trace_costs_the_target_three_ports(void **state)
{
    struct test_network *n = network_new();
    const struct wire_check plain = {.port_count = 1, .ports = {OPEN}};
    struct wire_check traced = {.port_count = 2, .ports = {OPEN, CLOSED}, .trace = true};

    (void)state;
    n->config.targets.quota = 8;
    n->config.targets.window_ns = 60 * NS_PER_S;
    network_start(n);
    network_ask(n, 0, 1, traced);
    network_ask(n, 0, 2, plain);
    network_ask(n, 0, 3, plain);
    assert_int_equal(n->result_count, 0);
    network_ask(n, 0, 4, plain);
    assert_int_equal(network_result(n, 0, 4, 0)->refusal.reason, REFUSED_RATE_LIMITED);
    network_run(n, 60 * NS_PER_S);
    n->result_count = 0;
    traced.port_count = 3; /* more than there is: all of it */
    traced.ports[2] = SILENT;
    network_ask(n, 0, 5, traced);
    assert_int_equal(n->result_count, 0);
    network_ask(n, 0, 6, plain);
    assert_int_equal(network_result(n, 0, 6, 0)->refusal.reason, REFUSED_RATE_LIMITED);
    network_free(n);
}

/* What is ours is nobody's target, unless the operator says so. */
static void test_our_own_network(void **state)
{
    static const struct {
        enum route_kind route;
        bool own, is_named, is_refused;
        enum wire_refusal reason;
    } rows[] = {
        {ROUTE_FAR, false, false, false, 0},
        {ROUTE_DIRECT, false, false, false, 0},
        {ROUTE_NONE, false, false, false, 0},
        {ROUTE_ATTACHED, false, false, true, REFUSED_OWN_NETWORK},
        {ROUTE_CUT, false, false, true, REFUSED_OWN_NETWORK},
        {ROUTE_OWN, false, false, true, REFUSED_OWN_NETWORK},
        {ROUTE_ATTACHED, true, false, false, 0},
        {ROUTE_OWN, true, false, false, 0},
        {ROUTE_ATTACHED, false, true, false, 0},
        {ROUTE_OWN, false, true, false, 0},
        {ROUTE_UNKNOWN, false, false, true, REFUSED_BUSY},
        {ROUTE_UNKNOWN, true, false, false, 0},
    };
    static struct prefix named = {{ADDR_IPV4, {45, 42, 0, 2}}, 32};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct test_network *n = network_new();
        struct wire_check check = {.addr = named.addr, .port_count = 1, .ports = {SILENT}};
        n->route = rows[i].route;
        n->policy.own = rows[i].own;
        n->policy.allow = (struct prefix_list){&named, rows[i].is_named ? 1 : 0};
        n->config.targets.quota = 1;
        n->config.targets.window_ns = 60 * NS_PER_S;
        network_start(n);
        if (rows[i].is_refused) { /* and it costs the target nothing */
            assert_refused(n, &check, rows[i].reason, WIRE_NO_PORT);
            n->policy.own = true;
        }
        network_ask(n, 1, 7, check);
        assert_true(n->sent_count == 1);
        network_free(n);
    }
}

static void test_the_targets_quota(void **state)
{
    struct test_network *n = network_new();
    const struct network_result *r;

    (void)state;
    n->config.targets.quota = 4;
    n->config.targets.window_ns = 60 * NS_PER_S;
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
    struct test_network *n = started();

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
    struct test_network *n = started();

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
    struct test_network *n = started();

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
    struct test_network *n = started();

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
    struct test_network *n = network_new();
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

/* Nor all the packet logs. */
static void test_nobody_takes_all_the_logs(void **state)
{
    struct test_network *n = network_new();
    const struct wire_check with_packets = {.port_count = 1, .ports = {SILENT}, .packets = true};
    struct wire_check check = with_packets;

    (void)state;
    network_start(n);
    for (uint32_t job = 0; job < 300; job++) {
        check.addr = (struct addr){ADDR_IPV4, {198, 19, (uint8_t)(job >> 8), (uint8_t)job}};
        network_ask(n, 0, job, check);
    }
    assert_int_equal(300 - n->result_count, 228); /* eight times what is left */
    for (unsigned i = 0; i < n->result_count; i++)
        assert_int_equal(n->results[i].refusal.reason, REFUSED_BUSY);
    n->result_count = 0;
    for (uint32_t job = 0; job < 20; job++)
        network_ask(n, 1, job, (check.addr.bytes[1] = 18, check.addr.bytes[3]++, check));
    assert_int_equal(n->result_count, 0);
    network_run(n, 5 * NS_PER_S);
    n->result_count = 0;
    network_ask(n, 0, 1, with_packets);
    assert_int_equal(n->result_count, 0);
    network_free(n);
}

static void test_the_packet_rate_is_kept(void **state)
{
    struct test_network *n = network_new();

    (void)state;
    n->config.max_rate = 1000;
    n->rtt_ns = 5 * NS_PER_MS;
    for (uint16_t port = 1; port <= 150; port++)
        n->answers[port] = NETWORK_CLOSED;
    network_start(n);
    for (uint16_t port = 1; port <= 150; port++)
        network_check(n, 0, port, PORTS(port));
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->sent_count, 300); /* each RST asks for a second flow */
    for (unsigned i = 20; i < 300; i++)   /* any 20 take 14 ms or more: a burst of 5 is let go */
        assert_true(n->sent[i].at_ns - n->sent[i - 20].at_ns >= 14 * NS_PER_MS);
    assert_in_range(MS(n->sent[299].at_ns - n->sent[0].at_ns), 290, 305);
    assert_int_equal(n->result_count, 150);
    network_free(n);
}

static void test_a_late_refusal_is_not_the_next_jobs(void **state)
{
    struct test_network *n = started();
    uint64_t start_ns = n->now_ns;

    (void)state;
    n->send_error = EPERM;
    network_check(n, 0, 1, PORTS(SILENT));
    engine_cancel(n->engine, 0, 1);
    n->send_error = 0;
    network_check(n, 0, 2, PORTS(CLOSED));
    engine_send_failed(n->engine, n->failed_tags[0], EPERM, n->now_ns);
    n->failed_count = 0;
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(MS(network_result(n, 0, 2, CLOSED)->at_ns - start_ns), 300);
    network_free(n);
}

/* However many checks there were since. */
static void test_no_tag_comes_again(void **state)
{
    struct test_network *n = started();
    uint64_t first = 0;

    (void)state;
    n->send_error = EPERM;
    for (uint32_t job = 1; job <= 5000; job++) {
        n->failed_count = 0;
        network_check(n, 0, job, PORTS(SILENT));
        assert_int_equal(n->failed_count, 1);
        if (job == 1)
            first = n->failed_tags[0];
        else
            assert_int_not_equal(n->failed_tags[0], first);
        engine_cancel(n->engine, 0, job);
    }
    network_free(n);
}

static void test_busy_costs_no_quota(void **state)
{
    struct test_network *n = network_new();

    (void)state;
    n->config.targets.quota = ENGINE_PORT_GROUPS + 1;
    n->config.targets.window_ns = 3600 * NS_PER_S;
    network_start(n);
    for (uint32_t job = 0; job < ENGINE_PORT_GROUPS; job++)
        network_check(n, 0, job, PORTS(SILENT));
    network_check(n, 0, 99, PORTS(SILENT));
    assert_int_equal(network_result(n, 0, 99, 0)->refusal.reason, REFUSED_BUSY);
    network_run(n, 5 * NS_PER_S);
    network_check(n, 0, 100, PORTS(OPEN));
    network_run(n, 5 * NS_PER_S);
    assert_false(network_result(n, 0, 100, OPEN)->refused);
    network_free(n);
}

/* One peer asks and cancels as fast as it can; another is served nevertheless. */
static void test_a_flood_of_checks_leaves_room_for_others(void **state)
{
    struct test_network *n = network_new();
    unsigned served = 0;

    (void)state;
    n->config.max_rate = 1000;
    n->rtt_ns = NS_PER_MS;
    for (uint16_t port = 1; port <= 50; port++)
        n->answers[port] = NETWORK_CLOSED;
    network_start(n);
    for (uint32_t turn = 0; turn < 1000; turn++) { /* a second, 10,000 checks */
        for (uint32_t i = 0; i < 10; i++) {
            network_check(n, 0, i, PORTS((uint16_t)(1000 + turn)));
            engine_cancel(n->engine, 0, i);
        }
        if (turn % 20 == 19)
            network_check(n, 1, turn, PORTS((uint16_t)(1 + turn / 20)));
        network_run(n, NS_PER_MS);
    }
    network_run(n, 5 * NS_PER_S);
    for (unsigned i = 0; i < n->result_count; i++)
        served += n->results[i].peer == 1 && !n->results[i].refused;
    assert_in_range(served, 45, 50); /* but for the first moment, before it is known to ask */
    network_free(n);
}

/* When the machine does not keep up, who comes next is told so; what is under way is not made
 * unknown by it. */
static void test_too_late_for_more(void **state)
{
    enum { MANY = 600 /* more than a tick's timers */ };
    struct test_network *n = network_new();
    struct wire_check check = {
        .addr = {ADDR_IPV4, {198, 18, 3}}, .port_count = 1, .ports = {SILENT}};

    (void)state;
    n->config.capacity = 4096;
    network_start(n);
    for (unsigned i = 0; i < MANY; i++) {
        check.addr.bytes[2] = (uint8_t)(1 + i / 200);
        check.addr.bytes[3] = (uint8_t)(1 + i % 200);
        network_ask(n, i % 2, i, check);
    }
    assert_int_equal(n->result_count, 0);
    n->now_ns += (syn_schedule[1].at_ms + 51) * NS_PER_MS; /* it was stopped */
    check.job = 9000;
    assert_refused(n, &check, REFUSED_BUSY, WIRE_NO_PORT);
    engine_tick(n->engine, n->now_ns);
    check.job = 9001; /* not all timers have been run yet */
    assert_refused(n, &check, REFUSED_BUSY, WIRE_NO_PORT);
    engine_tick(n->engine, n->now_ns);
    check.job = 9002;
    engine_check(n->engine, 0, &check, n->now_ns);
    assert_int_equal(n->result_count, 2);
    n->result_count = 0;
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->result_count, MANY + 1);
    for (unsigned i = 0; i < n->result_count; i++)
        assert_state(&n->results[i], STATE_FILTERED);
    network_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_policy_is_judged_again),
        cmocka_unit_test(test_a_trace_costs_the_target_three_ports),
        cmocka_unit_test(test_our_own_network),
        cmocka_unit_test(test_the_targets_quota),
        cmocka_unit_test(test_clients_do_not_meet),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_a_refusal_after_the_cancel_concerns_nobody),
        cmocka_unit_test(test_source_ports_and_room_are_finite),
        cmocka_unit_test(test_nobody_takes_all_the_room),
        cmocka_unit_test(test_nobody_takes_all_the_logs),
        cmocka_unit_test(test_the_packet_rate_is_kept),
        cmocka_unit_test(test_a_flood_of_checks_leaves_room_for_others),
        cmocka_unit_test(test_a_late_refusal_is_not_the_next_jobs),
        cmocka_unit_test(test_no_tag_comes_again),
        cmocka_unit_test(test_busy_costs_no_quota),
        cmocka_unit_test(test_too_late_for_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
