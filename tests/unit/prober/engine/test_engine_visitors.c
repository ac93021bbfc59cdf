/* SPDX-License-Identifier: BSD-2-Clause */
/* The same port, asked alone, with others, with a trace, by twelve at once: what is true of it
 * does not change, and other people's share of a limit is not taken for a filter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/network.h"

enum { PORT = 443, VISITORS = 12, FIRST = 1000, PORTS = 60 };

static const struct addr target4 = {ADDR_IPV4, {198, 18, 3, 2}};
static const struct addr target6 = {ADDR_IPV6, {0x2a, 0x0e, 0, 0xc2, [15] = 2}};

/* Of one host that answers echoes as fast as SYNs. */
static const enum network_answer answers[] = {
    NETWORK_SILENT,   NETWORK_OPEN,     NETWORK_CLOSED,      NETWORK_FORGED_OPEN,
    NETWORK_PLAIN,    NETWORK_DIVIDED,  NETWORK_MARKED_ONLY, NETWORK_PROHIBITED,
    NETWORK_NO_ROUTE, NETWORK_HOST_DOWN};

static struct test_network *network_of(enum network_answer answer)
{
    struct test_network *n = network_new();

    n->policy.echo = true;
    n->echo_replies = true;
    n->answers[PORT] = answer;
    n->answers[PORT + 1] = answer == NETWORK_PLAIN ? NETWORK_PLAIN : NETWORK_CLOSED; /* one TCP */
    n->answers[PORT + 2] = NETWORK_OPEN;
    network_start(n);
    return n;
}

static const struct verdict *asked(struct test_network *n, uint32_t job, struct wire_check check)
{
    check.job = job;
    check.ports[0] = PORT;
    check.ports[1] = check.port_count > 1 ? PORT + 1 : 0;
    check.ports[2] = check.port_count > 2 ? PORT + 2 : 0;
    engine_check(n->engine, 0, &check, n->now_ns);
    network_run(n, 15 * NS_PER_S); /* until what is remembered is forgotten */
    assert_false(network_result(n, 0, job, PORT)->refused);
    return &network_result(n, 0, job, PORT)->result.verdict;
}

static bool claims(const struct verdict *verdict, enum verdict_evidence evidence)
{
    return (verdict->evidence >> evidence & 1) != 0;
}

/* Neither the state nor the reason; nor do two claims contradict each other. */
static void assert_same(unsigned row, const struct verdict *a, const struct verdict *b)
{
    if (a->state != b->state || a->reason != b->reason)
        fail_msg("answer %u: %s by %s, then %s by %s", row, verdict_state_name(a->state),
                 verdict_reason_name(a->reason), verdict_state_name(b->state),
                 verdict_reason_name(b->reason));
    if ((a->disposition != DISPOSITION_UNKNOWN && b->disposition != DISPOSITION_UNKNOWN &&
         a->disposition != b->disposition) ||
        (a->actor != ACTOR_UNKNOWN && b->actor != ACTOR_UNKNOWN && a->actor != b->actor))
        fail_msg("answer %u: %s by %s (%s), then %s by %s (%s)", row,
                 verdict_disposition_name(a->disposition), verdict_actor_name(a->actor),
                 verdict_confidence_name(a->confidence), verdict_disposition_name(b->disposition),
                 verdict_actor_name(b->actor), verdict_confidence_name(b->confidence));
}

static void test_a_trace_changes_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(answers); i++) {
        struct test_network *n = network_of(answers[i]);
        const struct verdict *plain =
            asked(n, 1, (struct wire_check){.addr = target4, .port_count = 1});
        const struct verdict *traced =
            asked(n, 2, (struct wire_check){.addr = target4, .port_count = 1, .trace = true});
        assert_same(i, plain, traced);
        network_free(n);
    }
}

static void test_companions_change_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(answers); i++) {
        struct test_network *n = network_of(answers[i]);
        const struct verdict *alone =
            asked(n, 1, (struct wire_check){.addr = target4, .port_count = 1});
        const struct verdict *among =
            asked(n, 2, (struct wire_check){.addr = target4, .port_count = 3});
        assert_same(i, alone, among);
        network_free(n);
    }
}

static void test_the_family_changes_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(answers); i++) {
        struct test_network *n = network_of(answers[i]);
        const struct verdict *ipv4 =
            asked(n, 1, (struct wire_check){.addr = target4, .port_count = 1});
        const struct verdict *ipv6 =
            asked(n, 2, (struct wire_check){.addr = target6, .port_count = 1});
        assert_string_equal(verdict_state_name(ipv4->state), verdict_state_name(ipv6->state));
        assert_int_equal(ipv4->disposition, ipv6->disposition);
        network_free(n);
    }
}

/* Twelve at once, each with some of the ports from FIRST on, or all with one. */
static struct test_network *crowd(enum network_answer answer, unsigned ports, unsigned limit)
{
    struct test_network *n = network_new();

    n->limit = limit;
    for (uint16_t port = FIRST; port < FIRST + PORTS; port++)
        n->answers[port] = answer;
    network_start(n);
    for (uint32_t visitor = 0; visitor < VISITORS; visitor++)
        for (uint32_t k = 0; k < (ports + VISITORS - 1) / VISITORS; k++) {
            uint16_t port = (uint16_t)(FIRST + (ports > 1 ? visitor * (ports / VISITORS) + k : 0));
            network_check(n, visitor % ENGINE_PEERS_MAX, visitor * 100 + k,
                          (const uint16_t[]){port, 0});
        }
    network_run(n, 8 * NS_PER_S);
    return n;
}

/* Each says what was seen, or that a limit is suspected; and some were answered. */
static void assert_no_filter(struct test_network *n, enum verdict_disposition truth)
{
    unsigned answered = 0;

    for (unsigned i = 0; i < n->result_count; i++) {
        const struct verdict *v = &n->results[i].result.verdict;
        assert_false(n->results[i].refused);
        answered += v->reason != REASON_NO_RESPONSE;
        assert_int_not_equal(v->disposition, DISPOSITION_DROP);
        if (v->reason == REASON_NO_RESPONSE)
            assert_true(claims(v, EVIDENCE_RATE_LIMIT_SUSPECTED));
        else
            assert_int_equal(v->disposition, truth);
    }
    assert_int_not_equal(answered, 0);
    assert_int_not_equal(answered, n->result_count);
    network_free(n);
}

static void test_a_limit_on_rejects_is_no_drop(void **state)
{
    (void)state;
    assert_no_filter(crowd(NETWORK_PROHIBITED, 1, 6), DISPOSITION_REJECT);
}

static void test_a_limit_of_a_router_without_a_route_is_no_drop(void **state)
{
    (void)state;
    assert_no_filter(crowd(NETWORK_NO_ROUTE, 1, 3), DISPOSITION_UNREACHABLE);
}

static void test_a_limit_on_resets_is_no_filter(void **state)
{
    (void)state;
    assert_no_filter(crowd(NETWORK_CLOSED, PORTS, 20), DISPOSITION_REFUSE);
}

/* Where no limit was met, silence is what it is. */
static void test_silence_of_its_own_is_a_drop(void **state)
{
    struct test_network *n = crowd(NETWORK_SILENT, 1, 0);

    (void)state;
    assert_int_equal(n->result_count, VISITORS);
    for (unsigned i = 0; i < n->result_count; i++)
        assert_int_equal(n->results[i].result.verdict.disposition, DISPOSITION_DROP);
    network_free(n);
}

/* It was open seconds ago: a limit on connections, or an overload, is as likely as a filter. */
static void test_a_port_that_was_open(void **state)
{
    struct test_network *n = network_of(NETWORK_OPEN);
    const struct verdict *v;

    (void)state;
    network_check(n, 0, 1, (const uint16_t[]){PORT, 0});
    network_run(n, NS_PER_S);
    n->answers[PORT] = NETWORK_SILENT;
    v = asked(n, 2, (struct wire_check){.addr = target4, .port_count = 1});
    assert_true(claims(v, EVIDENCE_RECENTLY_OPEN));
    assert_int_equal(v->disposition, DISPOSITION_UNKNOWN);
    assert_int_equal(v->confidence, CONFIDENCE_GUESS);
    v = asked(n, 3, (struct wire_check){.addr = target4, .port_count = 1}); /* long ago */
    assert_false(claims(v, EVIDENCE_RECENTLY_OPEN));
    network_free(n);
}

/* Nobody answers ARP: of the target if we share a network, else our gateway or our own link. */
static void test_our_own_trouble_is_not_the_targets(void **state)
{
    static const struct {
        enum route_kind route;
        enum verdict_state state;
        enum verdict_reason reason;
    } rows[] = {{ROUTE_FAR, STATE_UNKNOWN, REASON_GATEWAY_UNREACHABLE},
                {ROUTE_DIRECT, STATE_UNKNOWN, REASON_GATEWAY_UNREACHABLE},
                {ROUTE_CUT, STATE_UNKNOWN, REASON_EGRESS_BLOCKED},
                {ROUTE_ATTACHED, STATE_FILTERED, REASON_LOCAL_ARP_FAILURE}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct test_network *n = network_of(NETWORK_NO_NEIGHBOUR);
        const struct verdict *v;
        n->echo_replies = false;
        n->route = rows[i].route;
        n->policy.own = true;
        v = asked(n, 1, (struct wire_check){.addr = target4, .port_count = 1});
        assert_int_equal(v->state, rows[i].state);
        assert_int_equal(v->reason, rows[i].reason);
        assert_int_equal(v->actor, ACTOR_LOCAL);
        network_free(n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_trace_changes_nothing),
        cmocka_unit_test(test_companions_change_nothing),
        cmocka_unit_test(test_the_family_changes_nothing),
        cmocka_unit_test(test_a_limit_on_rejects_is_no_drop),
        cmocka_unit_test(test_a_limit_of_a_router_without_a_route_is_no_drop),
        cmocka_unit_test(test_a_limit_on_resets_is_no_filter),
        cmocka_unit_test(test_silence_of_its_own_is_a_drop),
        cmocka_unit_test(test_a_port_that_was_open),
        cmocka_unit_test(test_our_own_trouble_is_not_the_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
