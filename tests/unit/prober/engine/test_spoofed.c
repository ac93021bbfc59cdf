/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of somebody who can forge the target's address but sees none of our SYNs: they move
 * no verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "tests/unit/support/judge.h"
#include "tests/unit/support/network.h"

enum { PORT = 443 };

static struct network *checking(enum network_answer answer)
{
    struct network *n = network_new();

    n->answers[PORT] = answer;
    network_start(n);
    network_check(n, 0, 1, (const uint16_t[]){PORT, 0});
    return n;
}

/* To every reserved source port, since which are in use is not known. */
static void spoof(struct network *n, uint8_t flags)
{
    struct packet packet = {
        .kind = PACKET_TCP,
        .src = {ADDR_IPV4, {198, 18, 3, 2}},
        .dst = {ADDR_IPV4, {198, 18, 1, 2}},
        .ttl = NETWORK_HOST_TTL,
        .tcp = {.sport = PORT, .ack = 0x12345678, .flags = flags},
    };

    for (unsigned i = 0; i < ENGINE_SOURCE_PORTS; i++) {
        packet.tcp.dport = n->config.source_ports[i];
        network_inject(n, &packet);
    }
}

static const struct verdict *verdict_of(struct network *n)
{
    network_run(n, 6 * NS_PER_S);
    return &network_result(n, 0, 1, PORT)->result.verdict;
}

/* By when the ACKs come: one burst never meets all flows and their repeats. */
static void test_lone_acks_leave_a_silent_port_filtered(void **state)
{
    (void)state;
    for (uint64_t at_ms = 50; at_ms < 3000; at_ms += 350) {
        struct network *n = checking(NETWORK_SILENT);
        const struct verdict *v;
        network_run(n, at_ms * NS_PER_MS);
        spoof(n, TCP_ACK);
        v = verdict_of(n);
        judge_verdict(v, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN,
                      CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE) | FACT(STALE_CONNECTION));
        network_free(n);
    }
}

/* Old connections at the target answer each flow and each repeat: the port can't be asked. */
static void test_old_connections_on_all_flows_are_unknown(void **state)
{
    struct network *n = checking(NETWORK_STALE);

    (void)state;
    judge_verdict(verdict_of(n), STATE_UNKNOWN, REASON_NO_RESPONSE, DISPOSITION_UNKNOWN,
                  ACTOR_UNKNOWN, CONFIDENCE_LIKELY, FACT(STALE_CONNECTION));
    network_free(n);
}

static void test_wrong_numbers_are_no_sign_of_life(void **state)
{
    static const uint8_t flags[] = {TCP_RST | TCP_ACK, TCP_RST, TCP_SYN | TCP_ACK, TCP_SYN};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(flags); i++) {
        struct network *n = checking(NETWORK_SILENT);
        network_run(n, 100 * NS_PER_MS);
        spoof(n, flags[i]);
        judge_verdict(verdict_of(n), STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP,
                      ACTOR_UNKNOWN, CONFIDENCE_GUESS,
                      FACT(NO_SIGN_OF_LIFE) | FACT(BAD_ACK_IGNORED));
        network_free(n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lone_acks_leave_a_silent_port_filtered),
        cmocka_unit_test(test_old_connections_on_all_flows_are_unknown),
        cmocka_unit_test(test_wrong_numbers_are_no_sign_of_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
