/* SPDX-License-Identifier: BSD-2-Clause */
/* How long the answer to an open port takes, on a network with a clock of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/network.h"

enum { OPEN = 10 };

static struct test_network *with_echo(uint64_t rtt_ms, bool replies)
{
    struct test_network *n = network_new();

    n->policy.echo = true;
    n->echo_replies = replies;
    n->rtt_ns = rtt_ms * NS_PER_MS;
    n->answers[OPEN] = NETWORK_OPEN;
    return n;
}

static const struct verdict *answered(struct test_network *n, struct wire_check check,
                                      uint64_t *took_ns)
{
    uint64_t start_ns = n->now_ns;
    const struct network_result *r;

    check.ports[0] = OPEN;
    check.port_count = 1;
    network_ask(n, 0, 1, check);
    network_run(n, 5 * NS_PER_S);
    r = network_result(n, 0, 1, OPEN);
    assert_false(r->refused);
    assert_int_equal(r->result.verdict.state, STATE_OPEN);
    *took_ns = r->at_ns - start_ns;
    return &r->result.verdict;
}

/* One round trip where the echo is answered; a sixteenth and 5 ms more where it is not, and
 * never more than 50 ms.  Timers count whole milliseconds. */
static void test_one_round_trip_echo_or_not(void **state)
{
    static const uint64_t rtts_ms[] = {1, 5, 20, 50, 80, 150, 300, 1000};

    (void)state;
    for (unsigned i = 0; i < 2 * ARRAY_LEN(rtts_ms); i++) {
        bool replies = i % 2 == 0;
        uint64_t rtt_ns = rtts_ms[i / 2] * NS_PER_MS;
        uint64_t most_ns = replies ? rtt_ns : rtt_ns + rtt_ns / 16 + 6 * NS_PER_MS, took_ns;
        struct test_network *n = with_echo(rtts_ms[i / 2], replies);
        const struct verdict *verdict;
        network_start(n);
        verdict = answered(n, (struct wire_check){0}, &took_ns);
        assert_in_range(took_ns, rtt_ns, most_ns);
        assert_in_range(took_ns, rtt_ns, rtt_ns + 51 * NS_PER_MS);
        assert_int_equal(n->echo_count, rtts_ms[i / 2] < 100 ? 1 : n->echo_count);
        assert_int_equal(verdict->confidence, replies ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY);
        network_free(n);
    }
}

/* What comes in time is evidence, what comes later is not waited for. */
static void test_certain_by_what_came_in_time(void **state)
{
    static const struct {
        uint64_t behind_ms;
        enum verdict_confidence confidence;
    } rows[] = {
        {0, CONFIDENCE_CERTAIN}, {4, CONFIDENCE_CERTAIN},   {8, CONFIDENCE_CERTAIN},
        {9, CONFIDENCE_LIKELY},  {1000, CONFIDENCE_LIKELY},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct test_network *n = with_echo(50, true);
        uint64_t took_ns;
        n->echo_behind_ns = rows[i].behind_ms * NS_PER_MS;
        network_start(n);
        assert_int_equal(answered(n, (struct wire_check){0}, &took_ns)->confidence,
                         rows[i].confidence);
        assert_in_range(took_ns, 50 * NS_PER_MS, 59 * NS_PER_MS);
        network_free(n);
    }
}

/* The round trip is that of the SYN that was answered.  Then the flow that stayed silent is asked
 * for another. */
static void test_a_repeated_syn_costs_no_longer_wait(void **state)
{
    struct test_network *n = with_echo(5, false);
    uint64_t second_ns = syn_schedule[1].at_ms * NS_PER_MS, took_ns;

    (void)state;
    n->answers[OPEN] = NETWORK_STALE_FIRST;
    network_start(n);
    answered(n, (struct wire_check){0}, &took_ns);
    assert_in_range(took_ns, second_ns + 10 * NS_PER_MS, second_ns + 12 * NS_PER_MS);
    network_free(n);
}

/* Who wants to see the packets gets our kernel's RST, too, which leaves at once; where a local
 * firewall keeps it, the wait ends. */
static void test_packets_cost_no_longer_wait(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool replies = (i & 1) != 0, silent = (i & 2) != 0;
        struct test_network *n = with_echo(50, replies);
        uint64_t took_ns;
        n->kernel_is_silent = silent;
        network_start(n);
        answered(n, (struct wire_check){.packets = true}, &took_ns);
        if (silent)
            assert_in_range(took_ns, 300 * NS_PER_MS, 301 * NS_PER_MS);
        else
            assert_in_range(took_ns, 50 * NS_PER_MS, (replies ? 50 : 60) * NS_PER_MS);
        network_free(n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_round_trip_echo_or_not),
        cmocka_unit_test(test_certain_by_what_came_in_time),
        cmocka_unit_test(test_a_repeated_syn_costs_no_longer_wait),
        cmocka_unit_test(test_packets_cost_no_longer_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
