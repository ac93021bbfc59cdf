/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of one probe, second by second; test_engine.c has the checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/network.h"

#define FACT(name) (UINT64_C(1) << EVIDENCE_##name)

enum { PORT = 443 };

static const struct addr target4 = {ADDR_IPV4, {198, 18, 3, 2}};
static const struct addr target6 = {ADDR_IPV6, {0x2a, 0x0e, 0, 0xc2, [15] = 2}};

static struct test_network *network_of(enum network_answer answer)
{
    struct test_network *network = network_new();

    network->answers[PORT] = answer;
    network_start(network);
    return network;
}

static void check(struct test_network *n, uint32_t job, const struct addr *addr,
                  uint16_t timeout_ms)
{
    engine_check(
        n->engine, 0,
        &(struct wire_check){
            .job = job, .addr = *addr, .port_count = 1, .ports = {PORT}, .timeout_ms = timeout_ms},
        n->now_ns);
}

static const struct verdict *verdict_of(const struct test_network *n, uint32_t job)
{
    return &network_result(n, 0, job, PORT)->result.verdict;
}

/* Milliseconds from the start to the job's result. */
static uint64_t took_ms(const struct test_network *n, uint32_t job, uint64_t start_ns)
{
    return (network_result(n, 0, job, PORT)->at_ns - start_ns) / NS_PER_MS;
}

static void test_every_syn_is_whole(void **state)
{
    const struct addr *targets[] = {&target4, &target6};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(targets); i++) {
        struct test_network *n = network_of(NETWORK_SILENT);
        check(n, 1, targets[i], 0);
        network_run(n, 5 * NS_PER_S);
        assert_int_equal(n->sent_count, SYN_SCHEDULE_ATTEMPTS);
        for (unsigned k = 0; k < n->sent_count; k++) {
            const struct segment *syn = &n->sent[k].segment;
            assert_int_equal(syn->flags, TCP_SYN);
            assert_int_equal(syn->ack, 0);
            assert_int_equal(syn->ttl, 64);
            assert_int_equal(syn->tos, our_syn_tos(syn_schedule[k].flow));
            if (our_syn_is_ephemeral(syn_schedule[k].flow))
                assert_in_range(syn->sport, 49152, 60999);
            else
                assert_in_range(syn->sport, 61000, 65535);
            assert_int_equal(syn->dport, PORT);
            assert_true(addr_equal(&syn->dst, targets[i]));
            assert_int_not_equal(syn->ip_id, 0);
            assert_in_range(syn->flow_label, 1, 0xfffff);
            for (unsigned j = 0; j < k; j++) {
                const struct segment *other = &n->sent[j].segment;
                if (other->sport != syn->sport)
                    continue;
                assert_int_equal(other->flow_label, syn->flow_label); /* RFC 6437 */
                assert_true((int32_t)(syn->ts_value - other->ts_value) > 0);
            }
        }
        network_free(n);
    }
}

static void test_a_short_probe_sends_less(void **state)
{
    static const struct {
        uint16_t timeout_ms;
        unsigned syns;
        uint64_t ends_ms; /* lingering included */
    } rows[] = {{1000, 3, 1600}, {100, 1, 700}, {2990, 7, 3590}, {3000, 8, 3600}, {0, 8, 3600}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct test_network *n = network_of(NETWORK_SILENT);
        uint64_t start_ns = n->now_ns;
        check(n, 1, &target4, rows[i].timeout_ms);
        network_run(n, 5 * NS_PER_S);
        assert_int_equal(n->sent_count, rows[i].syns);
        assert_int_equal(took_ms(n, 1, start_ns), rows[i].ends_ms);
        assert_int_equal(verdict_of(n, 1)->state, STATE_FILTERED);
        network_free(n);
    }
}

/* What comes while only listening counts, and is marked. */
static void test_an_answer_while_lingering(void **state)
{
    static const struct {
        enum network_answer answer;
        enum verdict_state state;
        uint64_t ends_ms; /* a RST is collected for 250 ms */
    } rows[] = {{NETWORK_OPEN, STATE_OPEN, 3200}, {NETWORK_CLOSED, STATE_CLOSED, 3450}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct test_network *n = network_of(rows[i].answer);
        uint64_t start_ns = n->now_ns;
        n->rtt_ns = 3200 * NS_PER_MS;
        check(n, 1, &target4, 0);
        network_run(n, 8 * NS_PER_S);
        assert_int_equal(verdict_of(n, 1)->state, rows[i].state);
        assert_true((verdict_of(n, 1)->evidence & FACT(LATE_ANSWER)) != 0);
        assert_int_equal(took_ms(n, 1, start_ns), rows[i].ends_ms);
        assert_int_equal(n->sent_count, SYN_SCHEDULE_ATTEMPTS);
        assert_int_equal(engine_probes_in_flight(n->engine), 0);
        network_free(n);
    }
}

static void test_the_word_that_the_host_is_dead(void **state)
{
    struct test_network *n = network_of(NETWORK_HOST_DOWN);
    uint64_t start_ns = n->now_ns;

    (void)state;
    check(n, 1, &target4, 0);
    network_run(n, 8 * NS_PER_S);
    assert_int_equal(verdict_of(n, 1)->reason, REASON_ICMP_HOST_UNREACHABLE);
    assert_int_equal(took_ms(n, 1, start_ns), 3300);
    assert_int_equal(verdict_of(n, 1)->rtt_ns, 3050 * NS_PER_MS); /* by the quoted IP ID */
    assert_true((verdict_of(n, 1)->evidence & FACT(LATE_ANSWER)) != 0);
    assert_int_equal(engine_probes_in_flight(n->engine), 0);
    network_free(n);
}

/* A router that forwards the port and looks for a dead host gives up after 3.05 s; its word
 * needs a round trip, for which nobody waits if the target is far. */
static void test_a_word_that_may_come_too_late(void **state)
{
    static const struct {
        uint64_t rtt_ms;
        enum verdict_confidence confidence;
        bool may_be_forwarded;
    } rows[] = {{500, CONFIDENCE_LIKELY, false}, {700, CONFIDENCE_GUESS, true}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct test_network *n = network_new();
        n->policy.echo = true;
        n->echo_replies = true;
        n->rtt_ns = rows[i].rtt_ms * NS_PER_MS;
        network_start(n);
        check(n, 1, &target4, 0);
        network_run(n, 8 * NS_PER_S);
        assert_int_equal(verdict_of(n, 1)->disposition, DISPOSITION_DROP);
        assert_int_equal(verdict_of(n, 1)->confidence, rows[i].confidence);
        assert_int_equal(
            (verdict_of(n, 1)->explanations >> EXPLANATION_FORWARDED_TO_DEAD_HOST & 1) != 0,
            rows[i].may_be_forwarded);
        network_free(n);
    }
}

/* Too many packets waiting: refused at once, instead of late for everybody. */
static void test_a_backlog_is_busy(void **state)
{
    struct test_network *n = network_new();
    unsigned refused;

    (void)state;
    n->config.max_rate = 100; /* 240 while a check sends, of which each may need 16 */
    n->rtt_ns = NS_PER_MS;
    n->answers[PORT] = NETWORK_CLOSED;
    network_start(n);
    for (uint32_t job = 0; job < 100; job++) {
        struct addr addr = target4;
        addr.bytes[3] = (uint8_t)job;
        check(n, job, &addr, 0);
    }
    refused = n->result_count;
    assert_in_range(refused, 80, 86);
    for (unsigned i = 0; i < refused; i++)
        assert_int_equal(n->results[i].refusal.reason, REFUSED_BUSY);
    network_run(n, 5 * NS_PER_S);
    assert_int_equal(n->result_count, 100);
    assert_int_equal(n->sent_count, 2 * (100 - refused)); /* each RST asks for a second flow */
    for (unsigned i = 2; i < n->sent_count; i++)
        assert_true(n->sent[i].at_ns - n->sent[i - 1].at_ns >= 10 * NS_PER_MS);
    check(n, 200, &target4, 0);
    network_run(n, NS_PER_S);
    assert_int_equal(verdict_of(n, 200)->state, STATE_CLOSED);
    network_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_syn_is_whole),
        cmocka_unit_test(test_a_short_probe_sends_less),
        cmocka_unit_test(test_an_answer_while_lingering),
        cmocka_unit_test(test_the_word_that_the_host_is_dead),
        cmocka_unit_test(test_a_word_that_may_come_too_late),
        cmocka_unit_test(test_a_backlog_is_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
