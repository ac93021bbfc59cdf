/* SPDX-License-Identifier: BSD-2-Clause */
/* What a record learns of packets that this machine sent: copies of its SYNs, resets, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

static void test_a_copy_seen_twice_left_once(void **state)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
    struct packet copy = judge_packet("own-syn4", 5 * NS_PER_S);

    (void)state;
    observed.egress[0] = 0;
    assert_int_equal(observed_sent(&observed), 0);
    assert_int_equal(observed_on_packet(&observed, &copy), OBSERVED_EGRESS);
    copy.time_ns += 7;
    assert_int_equal(observed_on_packet(&observed, &copy), OBSERVED_EGRESS);
    assert_int_equal(observed_egress_ns(&observed, 0), 5 * NS_PER_S);
    assert_int_equal(observed_sent(&observed), 1);
    copy.tcp.ts_value++;
    assert_int_equal(observed_on_packet(&observed, &copy), OBSERVED_IGNORED);
}

static uint64_t scheduled_ns(unsigned n)
{
    return syn_schedule[n].at_ms * NS_PER_MS;
}

/* The capture's clock is the wall's: it may be set while a probe is under way. */
static void test_when_a_syn_left(void **state)
{
    static const struct {
        uint64_t seen_ns;
        bool set;
    } rows[] = {
        {5 * NS_PER_S, false},
        {5 * NS_PER_S + 1, false},
        {9 * NS_PER_S + 123456789, false},
        {5 * NS_PER_S + UINT32_MAX - 1, false},
        {5 * NS_PER_S + UINT32_MAX, true},
        {500 * NS_PER_S, true},
        {5 * NS_PER_S - 1, true},
        {4 * NS_PER_S, true},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct observed observed = judge_probe(false);
        observed.egress[0] = 0;
        observed_set_egress(&observed, 1, 5 * NS_PER_S);
        assert_int_equal(observed_egress_ns(&observed, 0), 0);
        assert_int_equal(observed_egress_ns(&observed, 3), 0);
        observed_set_egress(&observed, 3, rows[i].seen_ns);
        assert_int_equal(observed_egress_ns(&observed, 3), rows[i].seen_ns);
        assert_int_equal(observed_egress_ns(&observed, 1),
                         rows[i].set ? rows[i].seen_ns - scheduled_ns(3) + scheduled_ns(1)
                                     : 5 * NS_PER_S);
    }
}

/* This machine's own NAT gave the SYN another address and port: answers go there. */
static void test_our_own_nat(void **state)
{
    static const struct addr outside = {ADDR_IPV4, {198, 18, 7, 7}};
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
    struct packet copy = judge_packet("own-syn4", NS_PER_S + 1);
    struct packet answer = judge_packet("syn-ack4", NS_PER_S + 2);

    (void)state;
    memset(observed.extra, 0xff, sizeof(*observed.extra)); /* what an earlier probe left there */
    observed.attempt_count = 2;
    copy.src = answer.dst = outside;
    copy.tcp.sport = answer.tcp.dport = 1234;
    assert_int_equal(observed_on_packet(&observed, &answer), OBSERVED_IGNORED);
    assert_int_equal(observed_on_packet(&observed, &copy), OBSERVED_EGRESS);
    assert_true(observed.has_nat);
    assert_int_equal(observed_on_packet(&observed, &answer), OBSERVED_ANSWERED);
    answer.tcp.dport = UINT16_MAX;
    assert_int_equal(observed_on_packet(&observed, &answer), OBSERVED_IGNORED);
}

static void test_teardown_is_noticed(void **state)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
    struct packet syn_ack = judge_packet("syn-ack4", NS_PER_S + 1);
    struct packet rst = judge_packet("own-syn4", NS_PER_S + 2);

    (void)state;
    observed_on_packet(&observed, &syn_ack);
    rst.tcp.flags = TCP_RST;
    rst.tcp.seq = FRAME_SEQ + 2;
    observed_on_packet(&observed, &rst);
    assert_int_equal(observed.half_open, 1);
    assert_int_equal(observed.torn_down, 0);
    rst.tcp.seq = FRAME_SEQ + 1;
    observed_on_packet(&observed, &rst);
    assert_int_equal(observed.torn_down, 1);
}

static void test_own_address_on_loopback(void **state)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_us4);
    struct packet syn = judge_packet("own-syn4", 3 * NS_PER_S);
    struct packet rst = judge_packet("host-rst4", 3 * NS_PER_S + 1000);
    struct verdict v;

    (void)state;
    observed.egress[0] = 0;
    syn.outgoing = false; /* libpcap shows loopback packets arriving only */
    syn.dst = rst.src = frame_us4;
    rst.tos = 0; /* as of its SYN */
    rst.ip_id = 0;
    assert_int_equal(observed_on_packet(&observed, &syn), OBSERVED_EGRESS);
    assert_int_equal(observed_on_packet(&observed, &rst), OBSERVED_ANSWERED);
    judge_alone(&observed, &v);
    assert_int_equal(v.hops, 0);
    assert_int_equal(v.actor_hop, 0);
    assert_int_equal(v.rtt_ns, 1000);
    judge_verdict(&v, STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_UNKNOWN,
                  CONFIDENCE_GUESS, FACT(OWN_ADDRESS));
}

/* What our own TCP does to the mark shows whether it is that, or a rule of our own. */
static void test_own_address_by_whom(void **state)
{
    static const struct {
        enum answer_kind kind;
        uint8_t tos; /* of the answer to a marked SYN */
        uint16_t window;
        enum verdict_disposition disposition;
        enum verdict_actor actor;
        enum verdict_confidence confidence;
    } rows[] = {
        {ANSWER_RESET, 0x28, 0, DISPOSITION_REFUSE, ACTOR_HOST, CONFIDENCE_CERTAIN},
        {ANSWER_RESET, 0, 0, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY},
        {ANSWER_SYN_ACK, 0, 65495, DISPOSITION_ACCEPT, ACTOR_HOST, CONFIDENCE_CERTAIN},
        {ANSWER_SYN_ACK, 0, 0, DISPOSITION_ACCEPT, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe_between(&frame_us4, &frame_us4);
        struct verdict v;
        for (unsigned flow = 0; flow < 2; flow++)
            judge_flow(&observed, flow, &observed.dst,
                       (struct observed_answer){.kind = (uint8_t)rows[i].kind,
                                                .ttl = 64,
                                                .tos = flow == 0 ? 0 : rows[i].tos,
                                                .window = rows[i].window,
                                                .window_zero = rows[i].window == 0});
        judge_alone(&observed, &v);
        assert_int_equal(v.disposition, rows[i].disposition);
        assert_int_equal(v.actor, rows[i].actor);
        assert_int_equal(v.confidence, rows[i].confidence);
        assert_int_equal(v.actor_hop, 0);
    }
}

/* Our own firewall's INPUT chain rejects: not ARP, although the error is from us. */
static void test_own_address_rejected(void **state)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_us4);
    struct packet packet = judge_packet("port-unreachable4", 2 * NS_PER_S);
    struct verdict v;

    (void)state;
    packet.src = packet.quote.dst = frame_us4;
    packet.quote.ttl = 64;
    packet.loopback = true;
    assert_int_equal(observed_on_packet(&observed, &packet), OBSERVED_ANSWERED);
    judge_alone(&observed, &v);
    judge_verdict(&v, STATE_FILTERED, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT,
                  ACTOR_HOST_FIREWALL, CONFIDENCE_CERTAIN,
                  FACT(OWN_ADDRESS) | FACT(RESPONDER_IS_TARGET));
    assert_int_equal(v.hops, 0);
    assert_int_equal(v.actor_hop, 0);
    assert_int_equal(v.sent, 1);
}

static void test_our_own_machines_word(void **state)
{
    struct observed observed = judge_probe_between(&frame_us4, &frame_them4);
    struct packet packet = judge_packet("admin-prohibited4", 4 * NS_PER_S);
    struct verdict v;

    (void)state;
    packet.src = frame_us4;
    packet.icmp.code = 1;
    observed.egress[0] = 0; /* it waited for ARP and never left */
    observed.out_of_time = true;
    assert_int_equal(observed_on_packet(&observed, &packet), OBSERVED_IGNORED); /* a liar's */
    packet.loopback = true;
    assert_int_equal(observed_on_packet(&observed, &packet), OBSERVED_ANSWERED);
    classify(&(struct findings){.observed = &observed, .route = ROUTE_ATTACHED}, &v);
    judge_verdict(&v, STATE_FILTERED, REASON_LOCAL_ARP_FAILURE, DISPOSITION_UNREACHABLE,
                  ACTOR_LOCAL, CONFIDENCE_LIKELY, FACT(LATE_ANSWER));
    assert_int_equal(v.sent, 0);
    judge_alone(&observed, &v); /* a dead gateway says nothing of a target behind it */
    judge_verdict(&v, STATE_UNKNOWN, REASON_GATEWAY_UNREACHABLE, DISPOSITION_UNKNOWN, ACTOR_LOCAL,
                  CONFIDENCE_LIKELY,
                  FACT(LATE_ANSWER)); /* the kernel was not asked for the route */

    /* a local firewall that rejects answers in the target's name */
    observed = judge_probe_between(&frame_us4, &frame_them4);
    observed.refused = 1;
    packet = judge_packet("filter-rst4", 2 * NS_PER_S);
    assert_int_equal(observed_on_packet(&observed, &packet), OBSERVED_IGNORED);
}

/* nft reject in OUTPUT: the kernel makes the RST or the ICMP error, and only then says EPERM. */
static void test_our_own_firewall_rejects(void **state)
{
    static const struct {
        const char *frame;
        bool loopback, egress, answers;
    } rows[] = {
        {"filter-rst4", false, false, true},
        {"filter-rst4", true, false, false},
        {"filter-rst4", true, true, true},
        {"syn-ack4", true, false, false},
    };
    struct observed observed = judge_probe(false);
    struct packet packet = judge_packet("port-unreachable4", 2 * NS_PER_S);
    struct verdict verdict;

    (void)state;
    packet.src = observed.src;
    packet.loopback = true;
    observed.egress[0] = 0;
    assert_int_equal(observed_on_packet(&observed, &packet), OBSERVED_ANSWERED);
    observed.refused = 1;
    observed.send_error = EPERM;
    judge_alone(&observed, &verdict);
    judge_verdict(&verdict, STATE_UNKNOWN, REASON_LOCAL_FIREWALL, DISPOSITION_UNKNOWN, ACTOR_LOCAL,
                  CONFIDENCE_CERTAIN, 0);
    assert_int_equal(verdict.sent, 0);
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        observed = judge_probe(false);
        packet = judge_packet(rows[i].frame, 2 * NS_PER_S);
        packet.loopback = rows[i].loopback;
        observed.egress[0] = rows[i].egress;
        if ((observed_on_packet(&observed, &packet) == OBSERVED_ANSWERED) != rows[i].answers)
            fail_msg("row %u", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_copy_seen_twice_left_once),
        cmocka_unit_test(test_when_a_syn_left),
        cmocka_unit_test(test_our_own_nat),
        cmocka_unit_test(test_teardown_is_noticed),
        cmocka_unit_test(test_own_address_on_loopback),
        cmocka_unit_test(test_own_address_by_whom),
        cmocka_unit_test(test_own_address_rejected),
        cmocka_unit_test(test_our_own_machines_word),
        cmocka_unit_test(test_our_own_firewall_rejects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
