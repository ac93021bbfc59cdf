/* SPDX-License-Identifier: BSD-2-Clause */
/* What is believed (record) and what it means (classify). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/clock.h"
#include "tests/unit/frames.h"
#include "tests/unit/judge.h"

#define BIT(fact) (UINT64_C(1) << (fact))

/* A probe of frames.h's target: one SYN has left at 1 s. */
static struct record probe(const struct addr *src, const struct addr *dst)
{
    struct record record = {
        .src = *src,
        .dst = *dst,
        .dport = FRAME_DPORT,
        .tos = 0x28,
        .seqs = {FRAME_SEQ, 2, 3, 4},
        .sports = {FRAME_SPORT, FRAME_SPORT + 1, FRAME_SPORT + 2, FRAME_SPORT + 3},
        .ts_value = 0x0a0b0c0d,
        .ip_id = 0x4242,
        .first_left_ns = NS_PER_S,
        .left = {1},
        .try_count = 1,
        .room = judge_room(),
    };

    return record;
}

static struct packet packet_of(const char *name, uint64_t time_ns)
{
    const struct frame *frame = frame_named(name);
    struct packet packet;

    assert_true(packet_parse_frame(frame->bytes, frame->len, &packet));
    packet.time_ns = time_ns;
    return packet;
}

static struct verdict verdict_after(const char *name)
{
    struct packet packet = packet_of(name, NS_PER_S + 5 * NS_PER_MS);
    struct record record = packet.dst.family == ADDR_IPV6 ? probe(&frame_us6, &frame_them6)
                                                          : probe(&frame_us4, &frame_them4);
    struct verdict verdict;

    assert_int_equal(record_see(&record, &packet), RECORD_ANSWERED);
    judge_alone(&record, &verdict);
    return verdict;
}

static void assert_verdict(const struct verdict *got, enum verdict_state state,
                           enum verdict_reason reason, enum verdict_disposition disposition,
                           enum verdict_actor actor, enum verdict_confidence confidence,
                           uint64_t evidence)
{
    assert_string_equal(verdict_state_name(got->state), verdict_state_name(state));
    assert_string_equal(verdict_reason_name(got->reason), verdict_reason_name(reason));
    assert_string_equal(verdict_disposition_name(got->disposition),
                        verdict_disposition_name(disposition));
    assert_string_equal(verdict_actor_name(got->actor), verdict_actor_name(actor));
    assert_string_equal(verdict_confidence_name(got->confidence),
                        verdict_confidence_name(confidence));
    assert_int_equal(got->evidence, evidence);
}

static void test_syn_ack_is_open(void **state)
{
    struct verdict v = verdict_after("syn-ack4");

    (void)state;
    assert_verdict(&v, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST,
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
    assert_verdict(&v, STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_PATH,
                   CONFIDENCE_CERTAIN, BIT(EVIDENCE_RESPONDER_IS_ROUTER));
    assert_int_equal(v.icmp_type, 3);
    assert_int_equal(v.icmp_code, 13);
    assert_int_equal(v.hops, 1);
    assert_int_equal(v.actor_hop, 1);
    assert_true(addr_equal(&v.responder, &frame_router4));
    v = verdict_after("port-unreachable4");
    assert_verdict(&v, STATE_FILTERED, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT,
                   ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY, BIT(EVIDENCE_RESPONDER_IS_TARGET));
    v = verdict_after("ttl-exceeded4");
    assert_verdict(&v, STATE_FILTERED, REASON_ICMP_TTL_EXCEEDED, DISPOSITION_UNREACHABLE,
                   ACTOR_PATH, CONFIDENCE_CERTAIN,
                   BIT(EVIDENCE_RESPONDER_IS_ROUTER) | BIT(EVIDENCE_TTL_EXPIRED_IN_TRANSIT));
    v = verdict_after("admin-prohibited6");
    assert_verdict(&v, STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_PATH,
                   CONFIDENCE_CERTAIN, BIT(EVIDENCE_RESPONDER_IS_ROUTER));
}

/* Which ICMP errors are an answer at all: not "too big", not "reassembly took
 * too long", not "parameter problem". */
static void test_every_icmp_type(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        for (unsigned code = 0; code < 256; code++) {
            bool answers4 = (type == 3 && code != 4) || (type == 11 && code == 0);
            bool answers6 = type == 1 || (type == 3 && code == 0);
            for (unsigned ipv6 = 0; ipv6 <= 1; ipv6++) {
                struct packet packet =
                    packet_of(ipv6 ? "admin-prohibited6" : "admin-prohibited4", 2 * NS_PER_S);
                struct record record =
                    ipv6 ? probe(&frame_us6, &frame_them6) : probe(&frame_us4, &frame_them4);
                packet.icmp.type = (uint8_t)type;
                packet.icmp.code = (uint8_t)code;
                if ((record_see(&record, &packet) == RECORD_ANSWERED) !=
                    (ipv6 ? answers6 : answers4))
                    fail_msg("IPv%d %u/%u", ipv6 ? 6 : 4, type, code);
            }
        }
    }
}

static void assert_ignored(struct record *record, const struct packet *packet)
{
    assert_int_equal(record_see(record, packet), RECORD_IGNORED);
    assert_int_equal(record->answer_count, 0);
}

static void test_forgeries_are_ignored(void **state)
{
    static const char *const names[] = {"rst-of-wrong-ack4", "bare-rst4", "fragmentation-needed4"};
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet packet;

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        packet = packet_of(names[i], NS_PER_S);
        assert_ignored(&record, &packet);
    }
    assert_true(record.bad_ack);
    packet = packet_of("syn-ack4", NS_PER_S);
    packet.tcp.ack = FRAME_SEQ; /* RFC 9293: must cover the SYN */
    assert_ignored(&record, &packet);
    packet.tcp.ack = FRAME_SEQ + 2;
    assert_ignored(&record, &packet);
    packet.tcp.ack = FRAME_SEQ + 1;
    packet.tcp.dport = FRAME_SPORT + 1; /* another flow's number */
    assert_ignored(&record, &packet);
    packet.tcp.dport = FRAME_SPORT;
    packet.tcp.sport = FRAME_DPORT + 1;
    assert_ignored(&record, &packet);
    packet.tcp.sport = FRAME_DPORT;
    packet.src = frame_router4;
    assert_ignored(&record, &packet);

    packet = packet_of("admin-prohibited4", NS_PER_S);
    packet.quote.seq++;
    assert_ignored(&record, &packet);
    packet.quote.seq--;
    packet.quote.dport++;
    assert_ignored(&record, &packet);
    packet.quote.dport--;
    packet.quote.dst = frame_router4;
    assert_ignored(&record, &packet);
}

static void test_ack_alone_is_stale(void **state)
{
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet packet = packet_of("challenge-ack4", NS_PER_S);
    struct verdict v;

    (void)state;
    assert_int_equal(record_see(&record, &packet), RECORD_STALE);
    judge_alone(&record, &v);
    assert_verdict(&v, STATE_UNKNOWN, REASON_NO_RESPONSE, DISPOSITION_UNKNOWN, ACTOR_UNKNOWN,
                   CONFIDENCE_LIKELY, BIT(EVIDENCE_STALE_CONNECTION));
}

static void test_an_ack_of_our_own_connection_is_not_stale(void **state)
{
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet syn_ack = packet_of("syn-ack4", NS_PER_S + 1);
    struct packet ack = packet_of("challenge-ack4", NS_PER_S + 2);

    (void)state;
    record_see(&record, &syn_ack);
    ack.tcp.ack = FRAME_SEQ + 1;
    assert_int_equal(record_see(&record, &ack), RECORD_IGNORED);
    assert_false(record.stale);
    ack.tcp.ack++;
    assert_int_equal(record_see(&record, &ack), RECORD_STALE);
}

/* By flags alone, all with the right ack (RFC 9293 section 3.10.7.3). */
static void test_only_some_flags_are_an_answer(void **state)
{
    enum { URG = 0x20, ECE = 0x40 };
    static const struct {
        uint8_t flags;
        enum record_event event;
        bool bad;
    } rows[] = {
        {TCP_SYN | TCP_ACK, RECORD_ANSWERED, false},
        {TCP_SYN | TCP_ACK | ECE, RECORD_ANSWERED, false},
        {TCP_SYN | TCP_ACK | TCP_PSH | URG, RECORD_ANSWERED, false},
        {TCP_RST | TCP_ACK, RECORD_ANSWERED, false},
        {TCP_RST | TCP_ACK | TCP_PSH, RECORD_ANSWERED, false},
        {TCP_ACK, RECORD_STALE, false},
        {TCP_ACK | TCP_PSH, RECORD_STALE, false},
        {TCP_ACK | TCP_FIN, RECORD_STALE, false},
        {TCP_SYN, RECORD_IGNORED, true},
        {TCP_RST, RECORD_IGNORED, true},
        {TCP_SYN | TCP_ACK | TCP_FIN, RECORD_IGNORED, true},
        {TCP_SYN | TCP_ACK | TCP_RST, RECORD_IGNORED, true},
        {TCP_FIN, RECORD_IGNORED, false},
        {0, RECORD_IGNORED, false},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record record = probe(&frame_us4, &frame_them4);
        struct packet packet = packet_of("syn-ack4", 2 * NS_PER_S);
        enum record_event event;
        packet.tcp.flags = rows[i].flags;
        event = record_see(&record, &packet);
        if (event != rows[i].event || record.bad_ack != rows[i].bad)
            fail_msg("flags %02x: event %d, bad %d", rows[i].flags, event, record.bad_ack);
    }
}

static void test_syn_ack_beats_the_reset_before_it(void **state)
{
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet rst = packet_of("filter-rst4", NS_PER_S + 1);
    struct packet icmp = packet_of("admin-prohibited4", NS_PER_S + 2);
    struct packet syn_ack = packet_of("syn-ack4", NS_PER_S + 3);
    struct verdict v;

    (void)state;
    record_see(&record, &rst);
    record_see(&record, &icmp);
    record_see(&record, &syn_ack);
    record_see(&record, &syn_ack);
    assert_int_equal(record.answer_count, 3); /* a duplicate is one answer */
    judge_alone(&record, &v);
    assert_verdict(&v, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST,
                   CONFIDENCE_LIKELY, BIT(EVIDENCE_RST_INJECTED) | BIT(EVIDENCE_ICMP_CONTRADICTED));
}

static void test_a_full_record_keeps_the_heaviest(void **state)
{
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet rst = packet_of("filter-rst4", NS_PER_S + 1);
    struct packet syn_ack = packet_of("syn-ack4", NS_PER_S + 3);

    (void)state;
    for (uint8_t ttl = 10; ttl < 20; ttl++) {
        rst.ttl = ttl;
        record_see(&record, &rst);
    }
    assert_int_equal(record.answer_count, RECORD_ANSWERS_MAX);
    record_see(&record, &syn_ack);
    assert_int_equal(record_best(&record)->kind, ANSWER_SYN_ACK);
}

/* Two equal SYNs of one flow, 0.7 s apart, and none that left between them; the answer to
 * one of the two. */
static struct record two_sends(void)
{
    struct record record = probe(&frame_us4, &frame_them4);

    record_set_left(&record, 2, NS_PER_S + 700 * NS_PER_MS);
    record.try_count = 3;
    return record;
}

static void test_answers_go_to_the_syn_they_echo(void **state)
{
    uint64_t at_ns = NS_PER_S + 750 * NS_PER_MS;
    struct record record = two_sends();
    struct packet packet = packet_of("syn-ack4", at_ns);
    struct verdict v;

    (void)state;
    record_see(&record, &packet); /* its TSecr is the first one's TSval */
    judge_alone(&record, &v);
    assert_int_equal(v.rtt_ns, 750 * NS_PER_MS);
    assert_int_equal(v.evidence, 0);

    record = two_sends();
    packet = packet_of("admin-prohibited4", at_ns); /* quotes the first one's IP ID */
    record_see(&record, &packet);
    judge_alone(&record, &v);
    assert_int_equal(v.rtt_ns, 750 * NS_PER_MS);

    record = two_sends();
    packet = packet_of("host-rst4", at_ns); /* could be for either */
    record_see(&record, &packet);
    judge_alone(&record, &v);
    assert_int_equal(v.rtt_ns, 50 * NS_PER_MS);
    assert_int_equal(v.evidence, BIT(EVIDENCE_DSCP_REFLECTED) | BIT(EVIDENCE_RTT_AMBIGUOUS));
    assert_int_equal(v.sent, 2);
}

/* "Retransmitted" says that packets were lost, so the first SYN must be ruled out. */
static void test_retransmitted(void **state)
{
    static const struct {
        const char *name;
        uint8_t try;
        bool guess, stale;
        uint64_t evidence;
        uint64_t rtt_ns;
    } rows[] = {
        {"the first", 0, false, false, 0, 805 * NS_PER_MS},
        {"the second, another flow", 1, false, false, BIT(EVIDENCE_RETRANSMITTED), 505 * NS_PER_MS},
        {"the third, shown by what it echoes", 2, false, false, BIT(EVIDENCE_RETRANSMITTED),
         105 * NS_PER_MS},
        {"first or third", 2, true, false, BIT(EVIDENCE_RTT_AMBIGUOUS), 105 * NS_PER_MS},
        {"second or fifth", 4, true, false,
         BIT(EVIDENCE_RTT_AMBIGUOUS) | BIT(EVIDENCE_RETRANSMITTED), 5 * NS_PER_MS},
        {"the first met an old connection", 1, false, true, BIT(EVIDENCE_STALE_CONNECTION),
         505 * NS_PER_MS},
        {"none seen leaving", RECORD_NO_TRY, false, false, 0, VERDICT_NO_RTT},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record record = probe(&frame_us4, &frame_them4);
        struct verdict v;
        record.try_count = 5;
        record_set_left(&record, 1, NS_PER_S + 300 * NS_PER_MS);
        record_set_left(&record, 2, NS_PER_S + 700 * NS_PER_MS);
        record_set_left(&record, 4, NS_PER_S + 800 * NS_PER_MS);
        record.stale = rows[i].stale;
        record.answer_count = 1;
        record.room->answers[0] = (struct record_answer){.kind = ANSWER_SYN_ACK,
                                                         .time_ns = NS_PER_S + 805 * NS_PER_MS,
                                                         .ttl = 62,
                                                         .try = rows[i].try,
                                                         .try_is_guess = rows[i].guess};
        judge_alone(&record, &v);
        if (v.evidence != rows[i].evidence || v.rtt_ns != rows[i].rtt_ns)
            fail_msg("%s: evidence %llx, RTT %llu", rows[i].name, (unsigned long long)v.evidence,
                     (unsigned long long)v.rtt_ns);
    }
}

static void test_a_copy_seen_twice_left_once(void **state)
{
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet copy = packet_of("own-syn4", 5 * NS_PER_S);

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

/* The capture's clock is the wall's: it may be set while a probe is under way. */
static void test_when_a_syn_left(void **state)
{
    static const struct {
        uint64_t seen_ns, told_ns;
    } rows[] = {
        {5 * NS_PER_S, 5 * NS_PER_S},
        {5 * NS_PER_S + 1, 5 * NS_PER_S + 1},
        {8 * NS_PER_S + 123456789, 8 * NS_PER_S + 123456789},
        {3 * NS_PER_S, 5 * NS_PER_S},                    /* set back */
        {500 * NS_PER_S, 5 * NS_PER_S + UINT32_MAX - 1}, /* set forward */
    };
    struct record record = probe(&frame_us4, &frame_them4);

    (void)state;
    record.left[0] = 0;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(record_left_ns(&record, i), 0);
        record_set_left(&record, i, rows[i].seen_ns);
        assert_int_equal(record_left_ns(&record, i), rows[i].told_ns);
    }
    assert_int_equal(record_left_ns(&record, 0), 5 * NS_PER_S);
}

/* This machine's own NAT gave the SYN another address and port: answers go there. */
static void test_our_own_nat(void **state)
{
    static const struct addr outside = {ADDR_IPV4, {198, 18, 7, 7}};
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet copy = packet_of("own-syn4", NS_PER_S + 1);
    struct packet answer = packet_of("syn-ack4", NS_PER_S + 2);

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
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet syn_ack = packet_of("syn-ack4", NS_PER_S + 1);
    struct packet rst = packet_of("own-syn4", NS_PER_S + 2);

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
    struct record record = probe(&frame_us4, &frame_us4);
    struct packet syn = packet_of("own-syn4", 3 * NS_PER_S);
    struct packet rst = packet_of("host-rst4", 3 * NS_PER_S + 1000);
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
    assert_int_equal(v.evidence, BIT(EVIDENCE_DSCP_REFLECTED) | BIT(EVIDENCE_OWN_ADDRESS));
}

/* Our own firewall's INPUT chain rejects: not ARP, although the error is from us. */
static void test_own_address_rejected(void **state)
{
    struct record record = probe(&frame_us4, &frame_us4);
    struct packet packet = packet_of("port-unreachable4", 2 * NS_PER_S);
    struct verdict v;

    (void)state;
    packet.src = packet.quote.dst = frame_us4;
    packet.quote.ttl = 64;
    assert_int_equal(record_see(&record, &packet), RECORD_ANSWERED);
    judge_alone(&record, &v);
    assert_verdict(&v, STATE_FILTERED, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT,
                   ACTOR_HOST_FIREWALL, CONFIDENCE_CERTAIN,
                   BIT(EVIDENCE_OWN_ADDRESS) | BIT(EVIDENCE_RESPONDER_IS_TARGET));
    assert_int_equal(v.hops, 0);
    assert_int_equal(v.actor_hop, 0);
    assert_int_equal(v.sent, 1);
}

static void test_our_own_machines_word(void **state)
{
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet packet = packet_of("admin-prohibited4", 4 * NS_PER_S);
    struct verdict v;

    (void)state;
    packet.src = frame_us4;
    packet.icmp.code = 1;
    record.left[0] = 0; /* it waited for ARP and never left */
    record.out_of_time = true;
    record_see(&record, &packet);
    judge_alone(&record, &v);
    assert_verdict(&v, STATE_FILTERED, REASON_LOCAL_ARP_FAILURE, DISPOSITION_UNREACHABLE,
                   ACTOR_LOCAL, CONFIDENCE_CERTAIN, BIT(EVIDENCE_LATE_ANSWER));
    assert_int_equal(v.sent, 0);

    /* a local firewall that rejects answers in the target's name */
    record = probe(&frame_us4, &frame_them4);
    record.refused = 1;
    packet = packet_of("filter-rst4", 2 * NS_PER_S);
    assert_int_equal(record_see(&record, &packet), RECORD_IGNORED);
}

static void test_hops_by_ttl(void **state)
{
    (void)state;
    assert_int_equal(profile_hops_by_ttl(64), 1);
    assert_int_equal(profile_hops_by_ttl(62), 3);
    assert_int_equal(profile_hops_by_ttl(128), 1);
    assert_int_equal(profile_hops_by_ttl(120), 9);
    assert_int_equal(profile_hops_by_ttl(255), 1);
    assert_int_equal(profile_hops_by_ttl(243), 13);
    assert_int_equal(profile_hops_by_ttl(30), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syn_ack_is_open),
        cmocka_unit_test(test_icmp_errors),
        cmocka_unit_test(test_every_icmp_type),
        cmocka_unit_test(test_forgeries_are_ignored),
        cmocka_unit_test(test_ack_alone_is_stale),
        cmocka_unit_test(test_an_ack_of_our_own_connection_is_not_stale),
        cmocka_unit_test(test_only_some_flags_are_an_answer),
        cmocka_unit_test(test_syn_ack_beats_the_reset_before_it),
        cmocka_unit_test(test_a_full_record_keeps_the_heaviest),
        cmocka_unit_test(test_answers_go_to_the_syn_they_echo),
        cmocka_unit_test(test_retransmitted),
        cmocka_unit_test(test_a_copy_seen_twice_left_once),
        cmocka_unit_test(test_when_a_syn_left),
        cmocka_unit_test(test_our_own_nat),
        cmocka_unit_test(test_teardown_is_noticed),
        cmocka_unit_test(test_own_address_on_loopback),
        cmocka_unit_test(test_own_address_rejected),
        cmocka_unit_test(test_our_own_machines_word),
        cmocka_unit_test(test_hops_by_ttl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
