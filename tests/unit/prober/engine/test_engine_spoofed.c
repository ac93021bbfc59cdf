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

static struct test_network *checking(enum network_answer answer)
{
    struct test_network *n = network_new();

    n->answers[PORT] = answer;
    network_start(n);
    network_check(n, 0, 1, (const uint16_t[]){PORT, 0});
    return n;
}

/* To every reserved source port, since which are in use is not known. */
static void spoof(struct test_network *n, uint8_t flags)
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

static const struct verdict *verdict_of(struct test_network *n)
{
    network_run(n, 6 * NS_PER_S);
    return &network_result(n, 0, 1, PORT)->result.verdict;
}

/* By when the ACKs come: one burst never meets all flows and their repeats. */
static void test_lone_acks_leave_a_silent_port_filtered(void **state)
{
    (void)state;
    for (uint64_t at_ms = 50; at_ms < 3000; at_ms += 350) {
        struct test_network *n = checking(NETWORK_SILENT);
        const struct verdict *v;
        network_run(n, at_ms * NS_PER_MS);
        spoof(n, TCP_ACK);
        v = verdict_of(n);
        judge_verdict(v, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN,
                      CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE));
        network_free(n);
    }
}

/* As long as the check lasts, which looks as if old connections met all flows and repeats. */
static void test_a_flood_of_lone_acks_leaves_a_silent_port_filtered(void **state)
{
    struct test_network *n = checking(NETWORK_SILENT);

    (void)state;
    for (unsigned i = 0; i < 80; i++) {
        network_run(n, 50 * NS_PER_MS);
        spoof(n, TCP_ACK);
    }
    judge_verdict(verdict_of(n), STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP,
                  ACTOR_UNKNOWN, CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE));
    network_free(n);
}

/* Every id and sequence number, in the target's name: without the cookie they are nobody's.  (A
 * stranger can send no more than a part of these in the time of a check.) */
static void test_echo_replies_need_the_cookie(void **state)
{
    struct test_network *n = network_new();
    struct packet packet = {
        .kind = PACKET_ECHO,
        .src = {ADDR_IPV4, {198, 18, 3, 2}},
        .dst = {ADDR_IPV4, {198, 18, 1, 2}},
        .ttl = NETWORK_HOST_TTL,
        .echo = {.reply = true, .has_cookie = true, .cookie = 0x1234567812345678},
    };

    (void)state;
    n->policy.echo = true;
    network_start(n);
    network_check(n, 0, 1, (const uint16_t[]){PORT, 0});
    network_run(n, 100 * NS_PER_MS);
    assert_true(n->echo_count > 0);
    packet.echo.id = n->echoes[0].id;
    for (uint32_t seq = 0; seq <= UINT16_MAX; seq++) {
        packet.echo.seq = (uint16_t)seq;
        engine_packet(n->engine, &packet, n->now_ns);
    }
    packet.echo.has_cookie = false; /* nor do short ones count */
    packet.echo.seq = n->echoes[0].seq;
    engine_packet(n->engine, &packet, n->now_ns);
    judge_verdict(verdict_of(n), STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP,
                  ACTOR_UNKNOWN, CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE));
    network_free(n);
}

/* What our kernel answers to such packets, if they went to this address of ours. */
static void reset_from(struct test_network *n, struct addr ours)
{
    struct packet rst = {
        .kind = PACKET_TCP,
        .outgoing = true,
        .src = ours,
        .dst = {ADDR_IPV4, {198, 18, 3, 2}},
        .tcp = {.dport = PORT, .seq = 0x12345678, .flags = TCP_RST},
    };

    for (unsigned i = 0; i < ENGINE_SOURCE_PORTS; i++) {
        rst.tcp.sport = n->config.source_ports[i];
        network_inject(n, &rst);
    }
}

static void spoof_and_reset(struct test_network *n)
{
    spoof(n, TCP_SYN | TCP_ACK);
    reset_from(n, (struct addr){ADDR_IPV4, {198, 18, 1, 2}});
}

static void test_a_flood_leaves_our_own_packets_in_the_log(void **state)
{
    struct test_network *n = network_new();
    unsigned syns = 0;

    (void)state;
    network_start(n);
    network_ask(n, 0, 1, (struct wire_check){.port_count = 1, .ports = {PORT}, .packets = true});
    for (unsigned i = 0; i < 80; i++) {
        spoof_and_reset(n);
        network_run(n, 50 * NS_PER_MS);
    }
    network_run(n, 6 * NS_PER_S);
    assert_in_range(n->packet_count, 8 + 2, 8 + 2 + 16);
    for (unsigned i = 0; i < n->packet_count; i++)
        for (unsigned k = 0; k < n->sent_count; k++)
            syns += n->packets[i].time_ns == n->sent[k].at_ns + 1000 * NS_PER_S &&
                    n->packets[i].outgoing;
    assert_true(syns >= 8);
    network_free(n);
}

/* Each check has numbers of its own: of 16 random bits, two may once be alike. */
static void test_no_two_checks_have_the_same_echo(void **state)
{
    struct test_network *n = network_new();

    (void)state;
    n->policy.echo = true;
    network_start(n);
    for (uint32_t job = 0; job < 20; job++)
        network_check(n, 0, job, (const uint16_t[]){(uint16_t)(PORT + job), 0});
    assert_int_equal(n->echo_count, 20);
    for (unsigned i = 0; i < 20; i++)
        for (unsigned j = 0; j < i; j++)
            assert_true(
                (n->echoes[i].id != n->echoes[j].id || n->echoes[i].seq != n->echoes[j].seq) &&
                n->echoes[i].cookie != n->echoes[j].cookie);
    network_free(n);
}

/* The RST for a lone ACK bears the ACK's number (RFC 9293 section 3.10.7.1). */
static void test_a_lone_acks_answer_needs_its_number(void **state)
{
    struct test_network *n = checking(NETWORK_SILENT);

    (void)state;
    for (unsigned i = 0; i < 80; i++) {
        network_run(n, 50 * NS_PER_MS);
        spoof(n, TCP_RST);
    }
    assert_true(n->ack_count > 0);
    assert_true((verdict_of(n)->evidence & FACT(ACK_PROBE_ANSWERED)) == 0);
    network_free(n);
}

/* The host accepts with another initial TTL, as far as its echoes show, be they proven by our
 * cookie or quoted by 8 bytes: neither makes it certain. */
static void test_a_short_quote_makes_nothing_certain(void **state)
{
    const struct addr them = {ADDR_IPV4, {198, 18, 3, 2}}, us = {ADDR_IPV4, {198, 18, 1, 2}};
    const struct addr router = {ADDR_IPV4, {198, 18, 1, 1}};

    (void)state;
    for (unsigned is_short = 0; is_short < 2; is_short++) {
        struct observed observed = judge_probe_between(&us, &them);
        struct ttl_probe walk = judge_walk(3, &router, &them);
        struct echo echo = judge_echo(NETWORK_HOST_TTL);
        struct verdict v;
        judge_answer(&observed, &them,
                     (struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 126});
        judge_echo_at(&echo, 3, ECHO_REPLIED);
        judge_echo_at(&echo, 2, ECHO_EXPIRED);
        echo.attempts[echo.attempt_count - 1].has_no_proof = is_short != 0;
        classify(&(struct findings){.observed = &observed, .ttl_probe = &walk, .echo = &echo}, &v);
        assert_int_equal(v.state, STATE_OPEN);
        assert_int_equal(v.confidence, CONFIDENCE_LIKELY);
    }
}

static void test_wrong_numbers_are_no_sign_of_life(void **state)
{
    static const uint8_t flags[] = {TCP_RST | TCP_ACK, TCP_RST, TCP_SYN | TCP_ACK, TCP_SYN};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(flags); i++) {
        struct test_network *n = checking(NETWORK_SILENT);
        network_run(n, 100 * NS_PER_MS);
        spoof(n, flags[i]);
        judge_verdict(verdict_of(n), STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP,
                      ACTOR_UNKNOWN, CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE));
        network_free(n);
    }
}

/* Whatever the port is: the same verdict, field by field, with and without a flood. */
static void test_strangers_change_nothing_that_is_said(void **state)
{
    static const enum network_answer answers[] = {NETWORK_OPEN, NETWORK_CLOSED, NETWORK_SILENT};
    static const uint8_t flags[] = {TCP_ACK, TCP_RST | TCP_ACK, TCP_RST, TCP_SYN | TCP_ACK,
                                    TCP_SYN};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(answers); i++)
        for (unsigned j = 0; j <= ARRAY_LEN(flags); j++) {
            static struct verdict quiet;
            struct test_network *n = checking(answers[i]);
            for (unsigned k = 0; k < 100 && j > 0; k++) {
                spoof(n, flags[j - 1]);
                network_run(n, 40 * NS_PER_MS);
            }
            if (j == 0)
                quiet = *verdict_of(n);
            else
                assert_memory_equal(verdict_of(n), &quiet, sizeof(quiet));
            network_free(n);
        }
}

/* Sent to another address of this machine they make it send RSTs from there, from the ports of our
 * SYNs: no NAT of ours is at work. */
static void test_resets_from_another_address_of_ours_are_no_nat(void **state)
{
    static const enum network_answer answers[] = {NETWORK_OPEN, NETWORK_CLOSED, NETWORK_SILENT};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(answers); i++) {
        struct test_network *n = checking(answers[i]);
        struct verdict quiet = *verdict_of(n);
        network_free(n);
        n = checking(answers[i]);
        reset_from(n, (struct addr){ADDR_IPV4, {198, 18, 1, 3}});
        assert_memory_equal(verdict_of(n), &quiet, sizeof(quiet));
        network_free(n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lone_acks_leave_a_silent_port_filtered),
        cmocka_unit_test(test_a_flood_of_lone_acks_leaves_a_silent_port_filtered),
        cmocka_unit_test(test_echo_replies_need_the_cookie),
        cmocka_unit_test(test_a_flood_leaves_our_own_packets_in_the_log),
        cmocka_unit_test(test_no_two_checks_have_the_same_echo),
        cmocka_unit_test(test_a_lone_acks_answer_needs_its_number),
        cmocka_unit_test(test_a_short_quote_makes_nothing_certain),
        cmocka_unit_test(test_wrong_numbers_are_no_sign_of_life),
        cmocka_unit_test(test_strangers_change_nothing_that_is_said),
        cmocka_unit_test(test_resets_from_another_address_of_ours_are_no_nat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
