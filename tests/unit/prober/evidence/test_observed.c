/* SPDX-License-Identifier: BSD-2-Clause */
/* What is believed (observed), with the simplest verdicts of it (classify). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

static struct verdict verdict_after(const char *name)
{
    struct packet packet = judge_packet(name, NS_PER_S + 5 * NS_PER_MS);
    struct observed observed = packet.dst.family == ADDR_IPV6
                                   ? judge_probe_between(&frame_us6, &frame_them6)
                                   : judge_probe_between(&frame_us4, &frame_them4);
    struct verdict verdict;

    assert_int_equal(observed_on_packet(&observed, &packet), OBSERVED_ANSWERED);
    judge_alone(&observed, &verdict);
    return verdict;
}

static void test_syn_ack_is_open(void **state)
{
    struct verdict v = verdict_after("syn-ack4");

    (void)state;
    judge_verdict(&v, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_UNKNOWN,
                  CONFIDENCE_LIKELY, 0);
    assert_int_equal(v.rtt_ns, 5 * NS_PER_MS);
    assert_int_equal(v.sent, 1);
    assert_int_equal(v.ttl, 62);
    assert_int_equal(v.hops, 3);
    assert_int_equal(v.actor_hop, -1);
    assert_true(addr_equal(&v.responder, &frame_them4));
    assert_int_equal(v.icmp_type, -1);
}

static void test_icmp_errors(void **state)
{
    struct verdict v = verdict_after("admin-prohibited4");

    (void)state;
    judge_verdict(&v, STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_PATH,
                  CONFIDENCE_LIKELY, FACT(RESPONDER_IS_ROUTER));
    assert_int_equal(v.icmp_type, 3);
    assert_int_equal(v.icmp_code, 13);
    assert_int_equal(v.hops, 1);
    assert_int_equal(v.actor_hop, 1); /* though its IP ID is our SYN's, by chance */
    assert_true(addr_equal(&v.responder, &frame_router4));
    v = verdict_after("port-unreachable4");
    judge_verdict(&v, STATE_FILTERED, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT,
                  ACTOR_UNKNOWN, CONFIDENCE_LIKELY, FACT(RESPONDER_IS_TARGET));
    v = verdict_after("ttl-exceeded4");
    judge_verdict(&v, STATE_FILTERED, REASON_ICMP_TTL_EXCEEDED, DISPOSITION_UNREACHABLE, ACTOR_PATH,
                  CONFIDENCE_LIKELY, FACT(RESPONDER_IS_ROUTER) | FACT(TTL_EXPIRED_IN_TRANSIT));
    v = verdict_after("admin-prohibited6");
    judge_verdict(&v, STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_PATH,
                  CONFIDENCE_LIKELY, FACT(RESPONDER_IS_ROUTER));
}

/* Which ICMP errors are an answer at all: not "too big", not "reassembly took too long", and
 * of the parameter problems only "no such next header": no TCP there (RFC 4443 section 3.4). */
static void test_every_icmp_type(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        for (unsigned code = 0; code < 256; code++) {
            bool answers4 = (type == 3 && code != 4) || (type == 11 && code == 0);
            bool answers6 = type == 1 || (type == 3 && code == 0) || (type == 4 && code == 1);
            for (unsigned ipv6 = 0; ipv6 <= 1; ipv6++) {
                struct packet packet =
                    judge_packet(ipv6 ? "admin-prohibited6" : "admin-prohibited4", 2 * NS_PER_S);
                struct observed observed = ipv6 ? judge_probe_between(&frame_us6, &frame_them6)
                                                : judge_probe_between(&frame_us4, &frame_them4);
                packet.icmp.type = (uint8_t)type;
                packet.icmp.code = (uint8_t)code;
                if ((observed_on_packet(&observed, &packet) == OBSERVED_ANSWERED) !=
                    (ipv6 ? answers6 : answers4))
                    fail_msg("IPv%d %u/%u", ipv6 ? 6 : 4, type, code);
            }
        }
    }
}

static void assert_ignored(struct observed *observed, const struct packet *packet)
{
    assert_int_equal(observed_on_packet(observed, packet), OBSERVED_IGNORED);
    assert_int_equal(observed->answer_count, 0);
}

static void test_forgeries_are_ignored(void **state)
{
    static const char *const names[] = {"rst-of-wrong-ack4", "bare-rst4", "fragmentation-needed4"};
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
    struct packet packet;

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        packet = judge_packet(names[i], NS_PER_S);
        assert_ignored(&observed, &packet);
    }
    packet = judge_packet("syn-ack4", NS_PER_S);
    packet.tcp.ack = FRAME_SEQ; /* RFC 9293: must cover the SYN */
    assert_ignored(&observed, &packet);
    packet.tcp.ack = FRAME_SEQ + 2;
    assert_ignored(&observed, &packet);
    packet.tcp.ack = FRAME_SEQ + 1;
    packet.tcp.dport = FRAME_SPORT + 1; /* another flow's number */
    assert_ignored(&observed, &packet);
    packet.tcp.dport = FRAME_SPORT;
    packet.tcp.sport = FRAME_DPORT + 1;
    assert_ignored(&observed, &packet);
    packet.tcp.sport = FRAME_DPORT;
    packet.src = frame_router4;
    assert_ignored(&observed, &packet);

    packet = judge_packet("admin-prohibited4", NS_PER_S);
    packet.quote.seq++;
    assert_ignored(&observed, &packet);
    packet.quote.seq--;
    packet.quote.dport++;
    assert_ignored(&observed, &packet);
    packet.quote.dport--;
    packet.quote.dst = frame_router4;
    assert_ignored(&observed, &packet);
}

/* It bears no number of ours, so anybody can send it. */
static void test_an_ack_alone_says_nothing(void **state)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
    struct packet packet = judge_packet("challenge-ack4", NS_PER_S);
    struct verdict v;

    (void)state;
    assert_ignored(&observed, &packet);
    judge_alone(&observed, &v);
    judge_verdict(&v, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN,
                  CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE));
}

/* By flags alone, all with the right ack (RFC 9293 section 3.10.7.3). */
static void test_only_some_flags_are_an_answer(void **state)
{
    enum { URG = 0x20, ECE = 0x40 };
    static const struct {
        uint8_t flags;
        enum observed_event event;
    } rows[] = {
        {TCP_SYN | TCP_ACK, OBSERVED_ANSWERED},
        {TCP_SYN | TCP_ACK | ECE, OBSERVED_ANSWERED},
        {TCP_SYN | TCP_ACK | TCP_PSH | URG, OBSERVED_ANSWERED},
        {TCP_RST | TCP_ACK, OBSERVED_ANSWERED},
        {TCP_RST | TCP_ACK | TCP_PSH, OBSERVED_ANSWERED},
        {TCP_ACK, OBSERVED_IGNORED},
        {TCP_ACK | TCP_PSH, OBSERVED_IGNORED},
        {TCP_ACK | TCP_FIN, OBSERVED_IGNORED},
        {TCP_SYN, OBSERVED_IGNORED},
        {TCP_RST, OBSERVED_IGNORED},
        {TCP_SYN | TCP_ACK | TCP_FIN, OBSERVED_ANSWERED},
        {TCP_RST | TCP_ACK | TCP_FIN, OBSERVED_ANSWERED},
        {TCP_SYN | TCP_ACK | TCP_RST, OBSERVED_ANSWERED},
        {TCP_RST | TCP_FIN, OBSERVED_IGNORED},
        {TCP_SYN | TCP_FIN, OBSERVED_IGNORED},
        {TCP_FIN, OBSERVED_IGNORED},
        {0, OBSERVED_IGNORED},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
        struct packet packet = judge_packet("syn-ack4", 2 * NS_PER_S);
        enum observed_event event;
        packet.tcp.flags = rows[i].flags;
        event = observed_on_packet(&observed, &packet);
        if (event != rows[i].event)
            fail_msg("flags %02x: event %d", rows[i].flags, event);
    }
}

static void test_syn_ack_beats_the_reset_before_it(void **state)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
    struct packet rst = judge_packet("filter-rst4", NS_PER_S + 1);
    struct packet icmp = judge_packet("admin-prohibited4", NS_PER_S + 2);
    struct packet syn_ack = judge_packet("syn-ack4", NS_PER_S + 3);
    struct verdict v;

    (void)state;
    observed_on_packet(&observed, &rst);
    observed_on_packet(&observed, &icmp);
    observed_on_packet(&observed, &syn_ack);
    observed_on_packet(&observed, &syn_ack);
    assert_int_equal(observed.answer_count, 3); /* a duplicate is one answer */
    judge_alone(&observed, &v);
    judge_verdict(&v, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_UNKNOWN,
                  CONFIDENCE_LIKELY, FACT(RST_INJECTED) | FACT(ICMP_CONTRADICTED));
}

static void test_a_full_record_keeps_the_heaviest(void **state)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
    struct packet rst = judge_packet("filter-rst4", NS_PER_S + 1);
    struct packet syn_ack = judge_packet("syn-ack4", NS_PER_S + 3);

    (void)state;
    for (uint8_t ttl = 10; ttl < 20; ttl++) {
        rst.ttl = ttl;
        observed_on_packet(&observed, &rst);
    }
    assert_int_equal(observed.answer_count, OBSERVED_ANSWERS_MAX);
    observed_on_packet(&observed, &syn_ack);
    assert_int_equal(observed_best(&observed)->kind, ANSWER_SYN_ACK);
}

/* Two equal SYNs of one flow, 0.7 s apart, and none that left between them; the answer to
 * one of the two. */
static struct observed two_sends(void)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);

    observed_set_egress(&observed, 2, NS_PER_S + 700 * NS_PER_MS);
    observed.attempt_count = 3;
    return observed;
}

static void test_answers_go_to_the_syn_they_echo(void **state)
{
    uint64_t at_ns = NS_PER_S + 750 * NS_PER_MS;
    struct observed observed = two_sends();
    struct packet packet = judge_packet("syn-ack4", at_ns);
    struct verdict v;

    (void)state;
    observed_on_packet(&observed, &packet); /* its TSecr is the first one's TSval */
    judge_alone(&observed, &v);
    assert_int_equal(v.rtt_ns, 750 * NS_PER_MS);
    assert_int_equal(v.evidence, 0);

    observed = two_sends();
    packet = judge_packet("admin-prohibited4", at_ns); /* quotes the first one's IP ID */
    observed_on_packet(&observed, &packet);
    judge_alone(&observed, &v);
    assert_int_equal(v.rtt_ns, 750 * NS_PER_MS);

    observed = two_sends();
    packet = judge_packet("filter-rst4", at_ns); /* could be for either */
    observed_on_packet(&observed, &packet);
    judge_alone(&observed, &v);
    assert_int_equal(v.rtt_ns, 50 * NS_PER_MS);
    assert_int_equal(v.evidence, FACT(RTT_AMBIGUOUS));
    assert_int_equal(v.sent, 2);
}

/* "Retransmitted" says that the first SYN got no answer, so it must be ruled out. */
static void test_retransmitted(void **state)
{
    static const struct {
        const char *name;
        uint8_t attempt;
        bool guess;
        uint64_t evidence;
        uint64_t rtt_ns;
    } rows[] = {
        {"the first", 0, false, 0, 805 * NS_PER_MS},
        {"the second, another flow", 1, false, FACT(RETRANSMITTED), 505 * NS_PER_MS},
        {"the third, shown by what it echoes", 2, false, FACT(RETRANSMITTED), 105 * NS_PER_MS},
        {"first or third", 2, true, FACT(RTT_AMBIGUOUS), 105 * NS_PER_MS},
        {"second or fifth", 4, true, FACT(RTT_AMBIGUOUS) | FACT(RETRANSMITTED), 5 * NS_PER_MS},
        {"none seen leaving", OBSERVED_NO_ATTEMPT, false, 0, VERDICT_NO_RTT},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
        struct verdict v;
        observed.attempt_count = 5;
        observed_set_egress(&observed, 1, NS_PER_S + 300 * NS_PER_MS);
        observed_set_egress(&observed, 2, NS_PER_S + 700 * NS_PER_MS);
        observed_set_egress(&observed, 4, NS_PER_S + 800 * NS_PER_MS);
        observed.answer_count = 1;
        observed.extra->answers[0] = (struct observed_answer){.kind = ANSWER_SYN_ACK,
                                                              .time_ns = NS_PER_S + 805 * NS_PER_MS,
                                                              .ttl = 62,
                                                              .attempt = rows[i].attempt,
                                                              .attempt_is_guess = rows[i].guess};
        if (rows[i].attempt != OBSERVED_NO_ATTEMPT)
            observed.extra->flows[observed_flow(rows[i].attempt)].kind = ANSWER_SYN_ACK;
        judge_alone(&observed, &v);
        if (v.evidence != rows[i].evidence || v.rtt_ns != rows[i].rtt_ns)
            fail_msg("%s: evidence %llx, RTT %llu", rows[i].name, (unsigned long long)v.evidence,
                     (unsigned long long)v.rtt_ns);
    }
}

/* Nor was a SYN lost that got another answer. */
static void test_what_was_answered_otherwise_was_not_lost(void **state)
{
    static const uint8_t kinds[] = {ANSWER_RESET, ANSWER_UNREACHABLE, ANSWER_TTL_EXCEEDED};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++) {
        struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
        struct verdict v;
        judge_flow(&observed, 0, &frame_them4,
                   (struct observed_answer){.kind = kinds[i], .icmp_type = 3, .icmp_code = 13});
        judge_flow(&observed, 1, &frame_them4,
                   (struct observed_answer){.kind = ANSWER_SYN_ACK, .attempt = 1});
        judge_alone(&observed, &v);
        assert_int_equal(v.state, STATE_OPEN);
        assert_int_equal(v.evidence & FACT(RETRANSMITTED), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syn_ack_is_open),
        cmocka_unit_test(test_icmp_errors),
        cmocka_unit_test(test_every_icmp_type),
        cmocka_unit_test(test_forgeries_are_ignored),
        cmocka_unit_test(test_an_ack_alone_says_nothing),
        cmocka_unit_test(test_only_some_flags_are_an_answer),
        cmocka_unit_test(test_syn_ack_beats_the_reset_before_it),
        cmocka_unit_test(test_a_full_record_keeps_the_heaviest),
        cmocka_unit_test(test_answers_go_to_the_syn_they_echo),
        cmocka_unit_test(test_retransmitted),
        cmocka_unit_test(test_what_was_answered_otherwise_was_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
