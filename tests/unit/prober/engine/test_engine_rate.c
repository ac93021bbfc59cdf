/* SPDX-License-Identifier: BSD-2-Clause */
/* prober.max-rate is what leaves, whoever asks for what; and those who ask for little are
 * served as if the others were not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "tests/unit/support/network.h"

enum { OPEN = 10, CLOSED = 11, SILENT = 12 };

static struct test_network *limited(uint32_t rate)
{
    struct test_network *n = network_new();

    n->config.max_rate = rate;
    n->config.capacity = 8192;
    n->rtt_ns = 5 * NS_PER_MS;
    n->answers[OPEN] = NETWORK_OPEN;
    n->answers[CLOSED] = NETWORK_CLOSED;
    n->policy.echo = true;
    n->policy.control_port = true;
    network_start(n);
    return n;
}

/* What the rate allows within 100 ms: and the burst of 5 ms. */
static unsigned allowed(const struct test_network *n)
{
    return n->config.max_rate / 10 + n->config.max_rate / 200 + 1;
}

static struct addr target(uint32_t number)
{
    return (struct addr){ADDR_IPV4, {198, 19, (uint8_t)(number >> 8), (uint8_t)number}};
}

/* A hostile peer asks for all that it may, of other targets all the time. */
static void ask_for_all(struct test_network *n, uint32_t peer, uint32_t *job)
{
    network_ask(n, peer, *job,
                (struct wire_check){.addr = target(*job + peer * 8192),
                                    .port_count = 3,
                                    .ports = {CLOSED, SILENT, SILENT + 1},
                                    .trace = true});
    ++*job;
}

struct served {
    unsigned right, busy, wrong;
    uint64_t longest_ns;
};

/* Of the honest peer, whose jobs began at start_ns[]. */
static struct served count(const struct test_network *n, uint32_t peer, const uint64_t *start_ns)
{
    struct served served = {0};

    for (unsigned i = 0; i < n->result_count; i++) {
        const struct network_result *r = &n->results[i];
        if (r->peer != peer)
            continue;
        if (r->refused) {
            served.busy++;
            continue;
        }
        if (r->at_ns - start_ns[r->result.job] > served.longest_ns &&
            r->result.verdict.port != SILENT)
            served.longest_ns = r->at_ns - start_ns[r->result.job];
        if (r->result.verdict.state == (r->result.verdict.port == OPEN     ? STATE_OPEN
                                        : r->result.verdict.port == CLOSED ? STATE_CLOSED
                                                                           : STATE_FILTERED))
            served.right++;
        else
            served.wrong++;
    }
    return served;
}

/* For two seconds each hostile peer asks `greed` times a millisecond, and the honest one every
 * 20 ms. */
static struct served besides_hostile(struct test_network *n, uint32_t hostile, uint32_t greed,
                                     bool cancels)
{
    static uint64_t start_ns[100];
    uint32_t jobs[ENGINE_PEERS_MAX] = {0};

    for (uint32_t peer = 0; peer <= hostile; peer++)
        engine_greet(n->engine, peer);
    for (uint32_t turn = 0; turn < 2000; turn++) {
        for (uint32_t i = 0; i < hostile * greed; i++) {
            uint32_t peer = 1 + i % hostile;
            ask_for_all(n, peer, &jobs[peer]);
            if (cancels)
                engine_cancel(n->engine, peer, jobs[peer] - 1);
        }
        if (turn % 20 == 19) {
            start_ns[turn / 20] = n->now_ns;
            network_ask(n, 0, turn / 20,
                        (struct wire_check){.addr = target(60000 + turn / 20),
                                            .port_count = 3,
                                            .ports = {OPEN, CLOSED, SILENT}});
        }
        network_run(n, NS_PER_MS);
    }
    network_run(n, 6 * NS_PER_S);
    return count(n, 0, start_ns);
}

static void assert_served(const struct test_network *n, const struct served *served)
{
    assert_int_equal(served->busy, 0);
    assert_int_equal(served->wrong, 0);
    assert_int_equal(served->right, 300);
    /* alone it takes 0.3 s at most; each of its packets waits for one of each other peer */
    assert_true(served->longest_ns < 600 * NS_PER_MS);
    assert_in_range(network_busiest(n, 100 * NS_PER_MS), 1, allowed(n));
    assert_int_equal(engine_probes_in_flight(n->engine), 0);
}

static void test_a_hostile_peer_takes_nothing(void **state)
{
    struct test_network *n = limited(10000);
    struct served served;

    (void)state;
    served = besides_hostile(n, 1, 4, false);
    assert_served(n, &served);
    network_free(n);
}

static void test_five_hostile_peers_take_nothing(void **state)
{
    struct test_network *n = limited(20000);
    struct served served;

    (void)state;
    served = besides_hostile(n, 5, 1, false);
    assert_served(n, &served);
    network_free(n);
}

static void test_a_storm_of_cancels_takes_nothing(void **state)
{
    struct test_network *n = limited(10000);
    struct served served;

    (void)state;
    served = besides_hostile(n, 1, 10, true);
    assert_served(n, &served);
    network_free(n);
}

/* Whatever the rate: traces, echoes, lone ACKs, RSTs, the control port. */
static void test_the_rate_holds_for_every_packet(void **state)
{
    static const uint32_t rates[] = {1, 2, 5, 10, 100, 1000, 5000};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rates); i++) {
        struct test_network *n = limited(rates[i]);
        uint32_t job = 0;
        n->kernel_is_silent = true; /* we tear down */
        for (unsigned turn = 0; turn < 500; turn++) {
            uint16_t port = turn % 3 == 0 ? OPEN : turn % 3 == 1 ? CLOSED : SILENT;
            network_ask(n, 0, job++,
                        (struct wire_check){.addr = target(turn),
                                            .port_count = 1,
                                            .ports = {port},
                                            .trace = turn % 2 == 0});
            network_run(n, NS_PER_MS);
        }
        network_run(n, 10 * NS_PER_S);
        assert_in_range(network_busiest(n, 100 * NS_PER_MS), 1, allowed(n));
        assert_true(n->left_count > rates[i]);
        assert_int_equal(engine_probes_in_flight(n->engine), 0);
        assert_int_equal(n->result_count, 500);
        for (unsigned k = 0; k < n->result_count; k++) /* never a lie, and from 100 on the truth */
            if (!n->results[k].refused) {
                const struct verdict *v = &n->results[k].result.verdict;
                assert_true(v->state == STATE_UNKNOWN
                                ? rates[i] < 100
                                : v->state == (v->port == OPEN     ? STATE_OPEN
                                               : v->port == CLOSED ? STATE_CLOSED
                                                                   : STATE_FILTERED));
            }
        network_free(n);
    }
}

/* A rate is used, not only kept. */
static void test_the_rate_is_used(void **state)
{
    struct test_network *n = limited(1000);
    uint32_t job = 0;

    (void)state;
    for (unsigned turn = 0; turn < 3000; turn++) {
        ask_for_all(n, 1, &job);
        network_run(n, NS_PER_MS);
    }
    assert_in_range(n->left_count, 2000, 3010); /* a port that is answered sends less than it may */
    network_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hostile_peer_takes_nothing),
        cmocka_unit_test(test_five_hostile_peers_take_nothing),
        cmocka_unit_test(test_a_storm_of_cancels_takes_nothing),
        cmocka_unit_test(test_the_rate_holds_for_every_packet),
        cmocka_unit_test(test_the_rate_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
