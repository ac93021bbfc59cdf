/* SPDX-License-Identifier: BSD-2-Clause */
/* What is believed (record) and what it means (classify). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "common/clock.h"
#include "prober/classify.h"
#include "tests/unit/frames.h"

#define BIT(fact) (UINT64_C(1) << (fact))

/* A probe of frames.h's target: one SYN has left at 1 s. */
static struct record probe(const struct addr *src, const struct addr *dst)
{
    struct record record = {
        .src = *src,
        .dst = *dst,
        .dport = FRAME_DPORT,
        .tos = 0x28,
        .flows = {{FRAME_SEQ, FRAME_SPORT},
                  {2, FRAME_SPORT + 1},
                  {3, FRAME_SPORT + 2},
                  {4, FRAME_SPORT + 3}},
        .tries = {{.left_ns = NS_PER_S, .ts_value = 0x0a0b0c0d, .ip_id = 0x4242}},
        .try_count = 1,
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
    classify(&record, &verdict);
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
    assert_int_equal(v.actor_hop, 3);
    assert_true(addr_equal(&v.responder, &frame_them4));
    assert_int_equal(v.icmp_type, -1);
}

static void test_window_zero_names_no_host(void **state)
{
    struct verdict v = verdict_after("synproxy4");

    (void)state;
    assert_verdict(&v, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_UNKNOWN,
                   CONFIDENCE_LIKELY, BIT(EVIDENCE_WINDOW_ZERO));
}

static void test_resets(void **state)
{
    struct verdict v = verdict_after("host-rst4");

    (void)state;
    assert_verdict(&v, STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_HOST,
                   CONFIDENCE_LIKELY, BIT(EVIDENCE_DSCP_REFLECTED));
    v = verdict_after("filter-rst4"); /* TOS 0 alone proves nothing */
    assert_verdict(&v, STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_UNKNOWN,
                   CONFIDENCE_GUESS, BIT(EVIDENCE_DSCP_NOT_REFLECTED));
    v = verdict_after("host-rst6");
    assert_verdict(&v, STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_HOST,
                   CONFIDENCE_LIKELY, BIT(EVIDENCE_DSCP_REFLECTED) | BIT(EVIDENCE_FLOW_LABEL_SET));
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

/* Every code of both families that is an answer, and its name. */
static void test_every_icmp_code(void **state)
{
    static const struct {
        uint8_t family, type, code;
        enum verdict_reason reason;
        enum verdict_disposition disposition;
    } rows[] = {
        {4, 3, 0, REASON_ICMP_NET_UNREACHABLE, DISPOSITION_UNREACHABLE},
        {4, 3, 1, REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE},
        {4, 3, 2, REASON_ICMP_PROTOCOL_UNREACHABLE, DISPOSITION_REJECT},
        {4, 3, 3, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT},
        {4, 3, 9, REASON_ICMP_NET_PROHIBITED, DISPOSITION_REJECT},
        {4, 3, 10, REASON_ICMP_HOST_PROHIBITED, DISPOSITION_REJECT},
        {4, 3, 13, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT},
        {6, 1, 0, REASON_ICMP_NO_ROUTE, DISPOSITION_UNREACHABLE},
        {6, 1, 1, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT},
        {6, 1, 2, REASON_ICMP_BEYOND_SCOPE, DISPOSITION_UNREACHABLE},
        {6, 1, 3, REASON_ICMP_ADDRESS_UNREACHABLE, DISPOSITION_UNREACHABLE},
        {6, 1, 4, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT},
        {6, 1, 5, REASON_ICMP_SOURCE_POLICY, DISPOSITION_REJECT},
        {6, 1, 6, REASON_ICMP_REJECT_ROUTE, DISPOSITION_REJECT},
        {6, 3, 0, REASON_ICMP_TTL_EXCEEDED, DISPOSITION_UNREACHABLE},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool ipv4 = rows[i].family == 4;
        struct packet packet =
            packet_of(ipv4 ? "admin-prohibited4" : "admin-prohibited6", 2 * NS_PER_S);
        struct record record =
            ipv4 ? probe(&frame_us4, &frame_them4) : probe(&frame_us6, &frame_them6);
        struct verdict v;
        packet.icmp.type = rows[i].type;
        packet.icmp.code = rows[i].code;
        assert_int_equal(record_see(&record, &packet), RECORD_ANSWERED);
        classify(&record, &v);
        assert_string_equal(verdict_reason_name(v.reason), verdict_reason_name(rows[i].reason));
        assert_int_equal(v.disposition, rows[i].disposition);
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
    classify(&record, &v);
    assert_verdict(&v, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN,
                   CONFIDENCE_GUESS,
                   BIT(EVIDENCE_STALE_CONNECTION) | BIT(EVIDENCE_NO_SIGN_OF_LIFE));
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
    classify(&record, &v);
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

/* Two equal SYNs of one flow, 0.7 s apart; the answer to one of them. */
static struct record two_sends(void)
{
    struct record record = probe(&frame_us4, &frame_them4);

    record.tries[1] = (struct record_try){
        .left_ns = NS_PER_S + 700 * NS_PER_MS, .ts_value = 0x0a0b0fc9, .ip_id = 0x4343};
    record.try_count = 2;
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
    classify(&record, &v);
    assert_int_equal(v.rtt_ns, 750 * NS_PER_MS);
    assert_int_equal(v.evidence, 0);

    record = two_sends();
    packet = packet_of("admin-prohibited4", at_ns); /* quotes the first one's IP ID */
    record_see(&record, &packet);
    classify(&record, &v);
    assert_int_equal(v.rtt_ns, 750 * NS_PER_MS);

    record = two_sends();
    packet = packet_of("host-rst4", at_ns); /* could be for either */
    record_see(&record, &packet);
    classify(&record, &v);
    assert_int_equal(v.rtt_ns, 50 * NS_PER_MS);
    assert_int_equal(v.evidence, BIT(EVIDENCE_DSCP_REFLECTED) | BIT(EVIDENCE_RETRANSMITTED) |
                                     BIT(EVIDENCE_RTT_AMBIGUOUS));
    assert_int_equal(v.sent, 2);
}

static void test_a_copy_seen_twice_left_once(void **state)
{
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet copy = packet_of("own-syn4", 5 * NS_PER_S);

    (void)state;
    record.tries[0].left_ns = 0;
    assert_int_equal(record_sent(&record), 0);
    assert_int_equal(record_see(&record, &copy), RECORD_LEFT);
    copy.time_ns += 7;
    assert_int_equal(record_see(&record, &copy), RECORD_LEFT);
    assert_int_equal(record.tries[0].left_ns, 5 * NS_PER_S);
    assert_int_equal(record_sent(&record), 1);
    copy.tcp.ts_value++;
    assert_int_equal(record_see(&record, &copy), RECORD_IGNORED);
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
    assert_false(record.teardown_seen);
    rst.tcp.seq = FRAME_SEQ + 1;
    record_see(&record, &rst);
    assert_true(record.teardown_seen);
}

static void test_own_address_on_loopback(void **state)
{
    struct record record = probe(&frame_us4, &frame_us4);
    struct packet syn = packet_of("own-syn4", 3 * NS_PER_S);
    struct packet rst = packet_of("host-rst4", 3 * NS_PER_S + 1000);
    struct verdict v;

    (void)state;
    record.tries[0].left_ns = 0;
    syn.outgoing = false; /* libpcap shows loopback packets arriving only */
    syn.dst = rst.src = frame_us4;
    assert_int_equal(record_see(&record, &syn), RECORD_LEFT);
    assert_int_equal(record_see(&record, &rst), RECORD_ANSWERED);
    classify(&record, &v);
    assert_int_equal(v.hops, 0);
    assert_int_equal(v.actor_hop, 0);
    assert_int_equal(v.rtt_ns, 1000);
    assert_int_equal(v.evidence, BIT(EVIDENCE_DSCP_REFLECTED) | BIT(EVIDENCE_OWN_ADDRESS));
}

static void test_our_own_machines_word(void **state)
{
    struct record record = probe(&frame_us4, &frame_them4);
    struct packet packet = packet_of("admin-prohibited4", 4 * NS_PER_S);
    struct verdict v;

    (void)state;
    packet.src = frame_us4;
    packet.icmp.code = 1;
    record.tries[0].left_ns = 0; /* it waited for ARP and never left */
    record.out_of_time = true;
    record_see(&record, &packet);
    classify(&record, &v);
    assert_verdict(&v, STATE_FILTERED, REASON_LOCAL_ARP_FAILURE, DISPOSITION_UNREACHABLE,
                   ACTOR_LOCAL, CONFIDENCE_CERTAIN, BIT(EVIDENCE_LATE_ANSWER));
    assert_int_equal(v.sent, 0);

    /* a local firewall that rejects answers in the target's name */
    record = probe(&frame_us4, &frame_them4);
    record.tries[0].refused = true;
    packet = packet_of("filter-rst4", 2 * NS_PER_S);
    assert_int_equal(record_see(&record, &packet), RECORD_IGNORED);
}

static void test_silence(void **state)
{
    static const struct {
        int error;
        bool left, lost, alive;
        enum verdict_state state;
        enum verdict_reason reason;
        enum verdict_confidence confidence;
    } rows[] = {
        {0, true, false, false, STATE_FILTERED, REASON_NO_RESPONSE, CONFIDENCE_GUESS},
        {0, true, false, true, STATE_FILTERED, REASON_NO_RESPONSE, CONFIDENCE_LIKELY},
        {0, true, true, true, STATE_UNKNOWN, REASON_CAPTURE_LOST, CONFIDENCE_CERTAIN},
        {0, false, false, false, STATE_UNKNOWN, REASON_EGRESS_BLOCKED, CONFIDENCE_CERTAIN},
        {EPERM, false, false, false, STATE_UNKNOWN, REASON_LOCAL_FIREWALL, CONFIDENCE_CERTAIN},
        {ENETUNREACH, false, false, false, STATE_UNKNOWN, REASON_NO_ROUTE, CONFIDENCE_CERTAIN},
        {EHOSTUNREACH, false, false, false, STATE_UNKNOWN, REASON_NO_ROUTE, CONFIDENCE_CERTAIN},
        {ENOBUFS, false, false, false, STATE_UNKNOWN, REASON_SEND_FAILED, CONFIDENCE_CERTAIN},
        {EPERM, true, false, false, STATE_FILTERED, REASON_NO_RESPONSE, CONFIDENCE_GUESS},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct record record = probe(&frame_us4, &frame_them4);
        struct verdict v;
        record.tries[0].left_ns = rows[i].left ? NS_PER_S : 0;
        record.send_error = rows[i].error;
        record.capture_lost = rows[i].lost;
        record.target_alive = rows[i].alive;
        classify(&record, &v);
        assert_string_equal(verdict_state_name(v.state), verdict_state_name(rows[i].state));
        assert_string_equal(verdict_reason_name(v.reason), verdict_reason_name(rows[i].reason));
        assert_int_equal(v.confidence, rows[i].confidence);
        assert_int_equal(v.rtt_ns, VERDICT_NO_RTT);
        assert_int_equal(v.ttl, -1);
        assert_int_equal(v.hops, -1);
        assert_int_equal(v.responder.family, ADDR_NONE);
    }
}

static void test_hops_by_ttl(void **state)
{
    (void)state;
    assert_int_equal(classify_hops(64), 1);
    assert_int_equal(classify_hops(62), 3);
    assert_int_equal(classify_hops(128), 1);
    assert_int_equal(classify_hops(120), 9);
    assert_int_equal(classify_hops(255), 1);
    assert_int_equal(classify_hops(243), 13);
    assert_int_equal(classify_hops(30), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syn_ack_is_open),
        cmocka_unit_test(test_window_zero_names_no_host),
        cmocka_unit_test(test_resets),
        cmocka_unit_test(test_icmp_errors),
        cmocka_unit_test(test_every_icmp_code),
        cmocka_unit_test(test_forgeries_are_ignored),
        cmocka_unit_test(test_ack_alone_is_stale),
        cmocka_unit_test(test_syn_ack_beats_the_reset_before_it),
        cmocka_unit_test(test_a_full_record_keeps_the_heaviest),
        cmocka_unit_test(test_answers_go_to_the_syn_they_echo),
        cmocka_unit_test(test_a_copy_seen_twice_left_once),
        cmocka_unit_test(test_teardown_is_noticed),
        cmocka_unit_test(test_own_address_on_loopback),
        cmocka_unit_test(test_our_own_machines_word),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_hops_by_ttl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
