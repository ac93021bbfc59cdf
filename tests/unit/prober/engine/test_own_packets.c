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
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

static void test_a_copy_seen_twice_left_once(void **state)
{
    struct record record = judge_probe_between(&frame_us4, &frame_them4);
    struct packet copy = judge_packet("own-syn4", 5 * NS_PER_S);

    (void)state;
    record.left[0] = 0;
    assert_int_equal(record_sent(&record), 0);
    assert_int_equal(record_see(&record, &copy), RECORD_LEFT);
    copy.time_ns += 7;
    assert_int_equal(record_see(&record, &copy), RECORD_LEFT);
    assert_int_equal(record_left_ns(&record, 0), 5 * NS_PER_S);
    assert_int_equal(record_sent(&record), 1);
    copy.tcp.ts_value++;
    assert_int_equal(record_see(&record, &copy), RECORD_IGNORED);
}

static uint64_t scheduled_ns(unsigned n)
{
    return schedule_steps[n].at_ms * NS_PER_MS;
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
        struct record record = judge_probe(false);
        record.left[0] = 0;
        record_set_left(&record, 1, 5 * NS_PER_S);
        assert_int_equal(record_left_ns(&record, 0), 0);
        assert_int_equal(record_left_ns(&record, 3), 0);
        record_set_left(&record, 3, rows[i].seen_ns);
        assert_int_equal(record_left_ns(&record, 3), rows[i].seen_ns);
        assert_int_equal(record_left_ns(&record, 1),
                         rows[i].set ? rows[i].seen_ns - scheduled_ns(3) + scheduled_ns(1)
                                     : 5 * NS_PER_S);
    }
}

/* This machine's own NAT gave the SYN another address and port: answers go there. */
static void test_our_own_nat(void **state)
{
    static const struct addr outside = {ADDR_IPV4, {198, 18, 7, 7}};
    struct record record = judge_probe_between(&frame_us4, &frame_them4);
    struct packet copy = judge_packet("own-syn4", NS_PER_S + 1);
    struct packet answer = judge_packet("syn-ack4", NS_PER_S + 2);

    (void)state;
    memset(record.room, 0xff, sizeof(*record.room)); /* what an earlier probe left there */
    record.try_count = 2;
    copy.src = answer.dst = outside;
    copy.tcp.sport = answer.tcp.dport = 1234;
    assert_int_equal(record_see(&record, &answer), RECORD_IGNORED);
    assert_int_equal(record_see(&record, &copy), RECORD_LEFT);
    assert_true(record.has_nat);
    assert_int_equal(record_see(&record, &answer), RECORD_ANSWERED);
    answer.tcp.dport = UINT16_MAX;
    assert_int_equal(record_see(&record, &answer), RECORD_IGNORED);
    assert_false(record.bad_ack);
}

static void test_teardown_is_noticed(void **state)
{
    struct record record = judge_probe_between(&frame_us4, &frame_them4);
    struct packet syn_ack = judge_packet("syn-ack4", NS_PER_S + 1);
    struct packet rst = judge_packet("own-syn4", NS_PER_S + 2);

    (void)state;
    record_see(&record, &syn_ack);
    rst.tcp.flags = TCP_RST;
    rst.tcp.seq = FRAME_SEQ + 2;
    record_see(&record, &rst);
    assert_int_equal(record.half_open, 1);
    assert_int_equal(record.torn_down, 0);
    rst.tcp.seq = FRAME_SEQ + 1;
    record_see(&record, &rst);
    assert_int_equal(record.torn_down, 1);
}

static void test_own_address_on_loopback(void **state)
{
    struct record record = judge_probe_between(&frame_us4, &frame_us4);
    struct packet syn = judge_packet("own-syn4", 3 * NS_PER_S);
    struct packet rst = judge_packet("host-rst4", 3 * NS_PER_S + 1000);
    struct verdict v;

    (void)state;
    record.left[0] = 0;
    syn.outgoing = false; /* libpcap shows loopback packets arriving only */
    syn.dst = rst.src = frame_us4;
    assert_int_equal(record_see(&record, &syn), RECORD_LEFT);
    assert_int_equal(record_see(&record, &rst), RECORD_ANSWERED);
    judge_alone(&record, &v);
    assert_int_equal(v.hops, 0);
    assert_int_equal(v.actor_hop, 0);
    assert_int_equal(v.rtt_ns, 1000);
    assert_int_equal(v.evidence, FACT(DSCP_REFLECTED) | FACT(OWN_ADDRESS));
}

/* Our own firewall's INPUT chain rejects: not ARP, although the error is from us. */
static void test_own_address_rejected(void **state)
{
    struct record record = judge_probe_between(&frame_us4, &frame_us4);
    struct packet packet = judge_packet("port-unreachable4", 2 * NS_PER_S);
    struct verdict v;

    (void)state;
    packet.src = packet.quote.dst = frame_us4;
    packet.quote.ttl = 64;
    assert_int_equal(record_see(&record, &packet), RECORD_ANSWERED);
    judge_alone(&record, &v);
    judge_verdict(&v, STATE_FILTERED, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT,
                  ACTOR_HOST_FIREWALL, CONFIDENCE_CERTAIN,
                  FACT(OWN_ADDRESS) | FACT(RESPONDER_IS_TARGET));
    assert_int_equal(v.hops, 0);
    assert_int_equal(v.actor_hop, 0);
    assert_int_equal(v.sent, 1);
}

static void test_our_own_machines_word(void **state)
{
    struct record record = judge_probe_between(&frame_us4, &frame_them4);
    struct packet packet = judge_packet("admin-prohibited4", 4 * NS_PER_S);
    struct verdict v;

    (void)state;
    packet.src = frame_us4;
    packet.icmp.code = 1;
    record.left[0] = 0; /* it waited for ARP and never left */
    record.out_of_time = true;
    record_see(&record, &packet);
    judge_alone(&record, &v);
    judge_verdict(&v, STATE_FILTERED, REASON_LOCAL_ARP_FAILURE, DISPOSITION_UNREACHABLE,
                  ACTOR_LOCAL, CONFIDENCE_CERTAIN, FACT(LATE_ANSWER));
    assert_int_equal(v.sent, 0);

    /* a local firewall that rejects answers in the target's name */
    record = judge_probe_between(&frame_us4, &frame_them4);
    record.refused = 1;
    packet = judge_packet("filter-rst4", 2 * NS_PER_S);
    assert_int_equal(record_see(&record, &packet), RECORD_IGNORED);
}

/* nft reject in OUTPUT: the kernel makes the RST or the ICMP error, and only then says EPERM. */
static void test_our_own_firewall_rejects(void **state)
{
    static const struct {
        const char *frame;
        bool loopback, left, answers;
    } rows[] = {
        {"filter-rst4", false, false, true},
        {"filter-rst4", true, false, false},
        {"filter-rst4", true, true, true},
        {"syn-ack4", true, false, false},
    };
    struct record record = judge_probe(false);
    struct packet packet = judge_packet("port-unreachable4", 2 * NS_PER_S);
    struct verdict verdict;

    (void)state;
    packet.src = record.src;
    record.left[0] = 0;
    assert_int_equal(record_see(&record, &packet), RECORD_ANSWERED);
    record.refused = 1;
    record.send_error = EPERM;
    judge_alone(&record, &verdict);
    judge_verdict(&verdict, STATE_UNKNOWN, REASON_LOCAL_FIREWALL, DISPOSITION_UNKNOWN, ACTOR_LOCAL,
                  CONFIDENCE_CERTAIN, 0);
    assert_int_equal(verdict.sent, 0);
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        record = judge_probe(false);
        packet = judge_packet(rows[i].frame, 2 * NS_PER_S);
        packet.loopback = rows[i].loopback;
        record.left[0] = rows[i].left;
        if ((record_see(&record, &packet) == RECORD_ANSWERED) != rows[i].answers || record.bad_ack)
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
        cmocka_unit_test(test_own_address_rejected),
        cmocka_unit_test(test_our_own_machines_word),
        cmocka_unit_test(test_our_own_firewall_rejects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
