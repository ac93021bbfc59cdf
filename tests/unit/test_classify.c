/* SPDX-License-Identifier: BSD-2-Clause */
/* The evidence table, line by line: what was seen in, the whole verdict out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/compiler.h"
#include "tests/unit/frames.h"
#include "tests/unit/judge.h"

#define FACT(name) (UINT64_C(1) << EVIDENCE_##name)

enum { SYN_TOS = 0x28 };

/* A probe of frames.h's target: one SYN has left at 1 s. */
static struct record probe(bool ipv6)
{
    return (struct record){
        .src = ipv6 ? frame_us6 : frame_us4,
        .dst = ipv6 ? frame_them6 : frame_them4,
        .dport = FRAME_DPORT,
        .tos = SYN_TOS,
        .tries = {{.left_ns = NS_PER_S}},
        .try_count = 1,
    };
}

/* Adds an answer, 5 ms after the SYN. */
static void answer(struct record *record, const struct addr *from, struct record_answer answer)
{
    answer.from = *from;
    answer.time_ns = NS_PER_S + 5 * NS_PER_MS;
    record->answers[record->answer_count++] = answer;
}

static void assert_word(const char *row, const char *got, const char *wanted)
{
    if (got == NULL || wanted == NULL || strcmp(got, wanted) != 0)
        fail_msg("%s: %s instead of %s", row, got, wanted);
}

static void assert_number(const char *row, const char *field, int64_t got, int64_t wanted)
{
    if (got != wanted)
        fail_msg("%s: %s is %lld instead of %lld", row, field, (long long)got, (long long)wanted);
}

static void assert_facts(const char *row, uint64_t got, uint64_t wanted)
{
    for (unsigned bit = 0; bit < 64; bit++)
        if (((got ^ wanted) >> bit & 1) != 0)
            fail_msg("%s: %s %s", row, verdict_evidence_name(bit),
                     (got >> bit & 1) != 0 ? "is claimed" : "is missing");
}

static void assert_verdict(const char *row, const struct record *record, struct verdict want)
{
    struct verdict got;
    char a[ADDR_TEXT_LEN], b[ADDR_TEXT_LEN];

    judge_alone(record, &got);
    assert_word(row, verdict_state_name(got.state), verdict_state_name(want.state));
    assert_word(row, verdict_reason_name(got.reason), verdict_reason_name(want.reason));
    assert_word(row, verdict_disposition_name(got.disposition),
                verdict_disposition_name(want.disposition));
    assert_word(row, verdict_actor_name(got.actor), verdict_actor_name(want.actor));
    assert_word(row, verdict_confidence_name(got.confidence),
                verdict_confidence_name(want.confidence));
    assert_facts(row, got.evidence, want.evidence);
    addr_format(&got.responder, a);
    addr_format(&want.responder, b);
    assert_word(row, a, b);
    assert_number(row, "port", got.port, FRAME_DPORT);
    assert_number(row, "rtt_ns", (int64_t)got.rtt_ns, (int64_t)want.rtt_ns);
    assert_number(row, "sent", got.sent, want.sent);
    assert_number(row, "ttl", got.ttl, want.ttl);
    assert_number(row, "hops", got.hops, want.hops);
    assert_number(row, "actor_hop", got.actor_hop, want.actor_hop);
    assert_number(row, "icmp_type", got.icmp_type, want.icmp_type);
    assert_number(row, "icmp_code", got.icmp_code, want.icmp_code);
}

/* What every answered probe of one SYN has in common. */
static struct verdict answered_by(const struct addr *responder, uint8_t ttl)
{
    return (struct verdict){
        .rtt_ns = 5 * NS_PER_MS,
        .sent = 1,
        .responder = *responder,
        .ttl = ttl,
        .hops = (int16_t)(64 - ttl + 1),
        .actor_hop = -1,
        .icmp_type = -1,
        .icmp_code = -1,
    };
}

static struct verdict unanswered(enum verdict_state state, enum verdict_reason reason)
{
    struct verdict verdict;

    verdict_init(&verdict, FRAME_DPORT);
    verdict.state = state;
    verdict.reason = reason;
    return verdict;
}

static void test_syn_acks(void **state)
{
    static const struct {
        const char *name;
        bool ipv6, window_zero;
        enum verdict_actor actor;
        int16_t actor_hop;
        uint64_t evidence;
    } rows[] = {
        {"listener", false, false, ACTOR_HOST, 3, 0},
        {"listener, IPv6", true, false, ACTOR_HOST, 3, 0},
        {"SYN proxy", false, true, ACTOR_UNKNOWN, -1, FACT(WINDOW_ZERO)},
        {"SYN proxy, IPv6", true, true, ACTOR_UNKNOWN, -1, FACT(WINDOW_ZERO)},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = probe(rows[i].ipv6);
        struct verdict want = answered_by(&record.dst, 62);
        answer(&record, &record.dst,
               (struct record_answer){
                   .kind = ANSWER_SYN_ACK, .ttl = 62, .window_zero = rows[i].window_zero});
        want.state = STATE_OPEN;
        want.reason = REASON_SYN_ACK;
        want.disposition = DISPOSITION_ACCEPT;
        want.confidence = CONFIDENCE_LIKELY;
        want.actor = rows[i].actor;
        want.actor_hop = rows[i].actor_hop;
        want.evidence = rows[i].evidence;
        assert_verdict(rows[i].name, &record, want);
    }
}

static void test_resets(void **state)
{
    static const struct {
        const char *name;
        bool ipv6;
        uint8_t tos;
        bool label;
        bool by_host;
        uint64_t evidence;
    } rows[] = {
        {"host", false, 0x28, false, true, FACT(DSCP_REFLECTED)},
        {"host of before 5.10, ECN bits kept", false, 0x2b, false, true, FACT(DSCP_REFLECTED)},
        {"netfilter", false, 0, false, false, FACT(DSCP_NOT_REFLECTED)},
        {"ECN bits alone", false, 0x03, false, false, FACT(DSCP_NOT_REFLECTED)},
        {"pf", false, 0x10, false, false, FACT(DSCP_NOT_REFLECTED)},
        {"bleached precedence", false, 0x08, false, false, FACT(DSCP_NOT_REFLECTED)},
        {"host, IPv6", true, 0x28, true, true, FACT(DSCP_REFLECTED) | FACT(FLOW_LABEL_SET)},
        {"host, IPv6, no labels", true, 0x28, false, true,
         FACT(DSCP_REFLECTED) | FACT(FLOW_LABEL_ZERO)},
        {"netfilter, IPv6", true, 0, false, false,
         FACT(DSCP_NOT_REFLECTED) | FACT(FLOW_LABEL_ZERO)},
        {"cleared DSCP, IPv6", true, 0, true, false,
         FACT(DSCP_NOT_REFLECTED) | FACT(FLOW_LABEL_SET)},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = probe(rows[i].ipv6);
        struct verdict want = answered_by(&record.dst, 62);
        answer(&record, &record.dst,
               (struct record_answer){.kind = ANSWER_RESET,
                                      .ttl = 62,
                                      .tos = rows[i].tos,
                                      .window_zero = true,
                                      .flow_label_set = rows[i].label});
        want.state = STATE_CLOSED;
        want.reason = REASON_RESET;
        want.disposition = DISPOSITION_REFUSE;
        want.confidence = rows[i].by_host ? CONFIDENCE_LIKELY : CONFIDENCE_GUESS;
        want.actor = rows[i].by_host ? ACTOR_HOST : ACTOR_UNKNOWN;
        want.actor_hop = rows[i].by_host ? 3 : -1;
        want.evidence = rows[i].evidence;
        assert_verdict(rows[i].name, &record, want);
    }
}

/* RFC 792, RFC 1122, RFC 1812, RFC 4443: from a router and from the target. */
static void test_every_icmp_error(void **state)
{
    static const struct {
        bool ipv6;
        uint8_t type, code;
        enum verdict_reason reason;
        bool reject; /* by a filter; else there is no way */
    } rows[] = {
        {false, 3, 0, REASON_ICMP_NET_UNREACHABLE, false},
        {false, 3, 1, REASON_ICMP_HOST_UNREACHABLE, false},
        {false, 3, 2, REASON_ICMP_PROTOCOL_UNREACHABLE, true},
        {false, 3, 3, REASON_ICMP_PORT_UNREACHABLE, true},
        {false, 3, 5, REASON_ICMP_NET_UNREACHABLE, false},
        {false, 3, 6, REASON_ICMP_NET_UNREACHABLE, false},
        {false, 3, 7, REASON_ICMP_HOST_UNREACHABLE, false},
        {false, 3, 8, REASON_ICMP_HOST_UNREACHABLE, false},
        {false, 3, 9, REASON_ICMP_NET_PROHIBITED, true},
        {false, 3, 10, REASON_ICMP_HOST_PROHIBITED, true},
        {false, 3, 11, REASON_ICMP_NET_UNREACHABLE, false},
        {false, 3, 12, REASON_ICMP_HOST_UNREACHABLE, false},
        {false, 3, 13, REASON_ICMP_ADMIN_PROHIBITED, true},
        {false, 3, 14, REASON_ICMP_ADMIN_PROHIBITED, true},
        {false, 3, 15, REASON_ICMP_ADMIN_PROHIBITED, true},
        {false, 3, 200, REASON_ICMP_HOST_UNREACHABLE, false},
        {true, 1, 0, REASON_ICMP_NO_ROUTE, false},
        {true, 1, 1, REASON_ICMP_ADMIN_PROHIBITED, true},
        {true, 1, 2, REASON_ICMP_BEYOND_SCOPE, false},
        {true, 1, 3, REASON_ICMP_ADDRESS_UNREACHABLE, false},
        {true, 1, 4, REASON_ICMP_PORT_UNREACHABLE, true},
        {true, 1, 5, REASON_ICMP_SOURCE_POLICY, true},
        {true, 1, 6, REASON_ICMP_REJECT_ROUTE, true},
        {true, 1, 200, REASON_ICMP_ADDRESS_UNREACHABLE, false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char name[32];
        struct record record = probe(rows[i].ipv6);
        struct record_answer error = {.kind = ANSWER_UNREACHABLE,
                                      .ttl = 64,
                                      .icmp_type = rows[i].type,
                                      .icmp_code = rows[i].code,
                                      .quoted_ttl = 63};
        const struct addr *router = rows[i].ipv6 ? &frame_router6 : &frame_router4;
        struct verdict want = answered_by(router, 64);
        snprintf(name, sizeof(name), "IPv%d %u/%u", rows[i].ipv6 ? 6 : 4, rows[i].type,
                 rows[i].code);
        answer(&record, router, error);
        want.state = STATE_FILTERED;
        want.reason = rows[i].reason;
        want.disposition = rows[i].reject ? DISPOSITION_REJECT : DISPOSITION_UNREACHABLE;
        want.icmp_type = rows[i].type;
        want.icmp_code = rows[i].code;
        want.actor = ACTOR_PATH;
        want.actor_hop = 1;
        want.confidence = CONFIDENCE_CERTAIN;
        want.evidence = FACT(RESPONDER_IS_ROUTER);
        assert_verdict(name, &record, want);

        record.answer_count = 0;
        error.ttl = error.quoted_ttl = 62;
        answer(&record, &record.dst, error);
        want.responder = record.dst;
        want.ttl = 62;
        want.hops = 3;
        want.actor = rows[i].reject ? ACTOR_HOST_FIREWALL : ACTOR_UNKNOWN;
        want.actor_hop = rows[i].reject ? 3 : -1;
        want.confidence = rows[i].reject ? CONFIDENCE_LIKELY : CONFIDENCE_GUESS;
        want.evidence = FACT(RESPONDER_IS_TARGET);
        assert_verdict(name, &record, want);
    }
}

static void test_an_icmp_errors_hop_needs_both_ttls(void **state)
{
    static const struct {
        uint8_t ttl, quoted_ttl;
        int16_t hops, actor_hop;
    } rows[] = {
        {64, 64, 1, 1},   /* stopped before the router took one off */
        {64, 63, 1, 1},   /* and after */
        {253, 62, 3, 3},  /* a router that starts at 255 */
        {64, 60, 1, -1},  /* forged, or another way back */
        {250, 63, 6, -1}, /* a longer way back */
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = probe(false);
        struct verdict v;
        answer(&record, &frame_router4,
               (struct record_answer){.kind = ANSWER_UNREACHABLE,
                                      .ttl = rows[i].ttl,
                                      .icmp_type = 3,
                                      .icmp_code = 13,
                                      .quoted_ttl = rows[i].quoted_ttl});
        judge_alone(&record, &v);
        assert_int_equal(v.hops, rows[i].hops);
        assert_int_equal(v.actor_hop, rows[i].actor_hop);
    }
}

static void test_ttl_exceeded_is_a_loop(void **state)
{
    struct record record = probe(true);
    struct verdict want = answered_by(&frame_router6, 64);

    (void)state;
    answer(&record, &frame_router6,
           (struct record_answer){
               .kind = ANSWER_TTL_EXCEEDED, .ttl = 64, .icmp_type = 3, .quoted_ttl = 1});
    want.state = STATE_FILTERED;
    want.reason = REASON_ICMP_TTL_EXCEEDED;
    want.disposition = DISPOSITION_UNREACHABLE;
    want.actor = ACTOR_PATH;
    want.confidence = CONFIDENCE_CERTAIN;
    want.icmp_type = 3;
    want.icmp_code = 0;
    want.evidence = FACT(RESPONDER_IS_ROUTER) | FACT(TTL_EXPIRED_IN_TRANSIT);
    assert_verdict("loop", &record, want);
}

static void test_nobody_answers_arp(void **state)
{
    static const struct {
        bool ipv6;
        uint8_t type, code;
    } rows[] = {{false, 3, 1}, {true, 1, 3}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = probe(rows[i].ipv6);
        struct verdict want = answered_by(&record.src, 64);
        record.tries[0].left_ns = 0; /* it waited for the neighbour */
        answer(&record, &record.src,
               (struct record_answer){.kind = ANSWER_UNREACHABLE,
                                      .try = RECORD_NO_TRY,
                                      .late = true,
                                      .ttl = 64,
                                      .icmp_type = rows[i].type,
                                      .icmp_code = rows[i].code,
                                      .quoted_ttl = 64});
        want.state = STATE_FILTERED;
        want.reason = REASON_LOCAL_ARP_FAILURE;
        want.disposition = DISPOSITION_UNREACHABLE;
        want.actor = ACTOR_LOCAL;
        want.confidence = CONFIDENCE_CERTAIN;
        want.evidence = FACT(LATE_ANSWER);
        want.rtt_ns = VERDICT_NO_RTT;
        want.sent = 0;
        want.hops = want.actor_hop = 0;
        want.icmp_type = rows[i].type;
        want.icmp_code = rows[i].code;
        assert_verdict("dead neighbour", &record, want);
    }
}

static void test_conflicts(void **state)
{
    static const struct {
        const char *name;
        enum answer_kind kinds[3]; /* in the order they came */
        enum verdict_state state;
        uint64_t conflicts;
    } rows[] = {
        {"RST, SYN-ACK", {ANSWER_RESET, ANSWER_SYN_ACK}, STATE_OPEN, FACT(RST_INJECTED)},
        {"SYN-ACK, RST", {ANSWER_SYN_ACK, ANSWER_RESET}, STATE_OPEN, FACT(RST_INJECTED)},
        {"ICMP, SYN-ACK",
         {ANSWER_UNREACHABLE, ANSWER_SYN_ACK},
         STATE_OPEN,
         FACT(ICMP_CONTRADICTED)},
        {"ICMP, RST", {ANSWER_UNREACHABLE, ANSWER_RESET}, STATE_CLOSED, FACT(ICMP_CONTRADICTED)},
        {"TTL exceeded, RST",
         {ANSWER_TTL_EXCEEDED, ANSWER_RESET},
         STATE_CLOSED,
         FACT(ICMP_CONTRADICTED)},
        {"TTL exceeded, ICMP", {ANSWER_TTL_EXCEEDED, ANSWER_UNREACHABLE}, STATE_FILTERED, 0},
        {"ICMP, RST, SYN-ACK",
         {ANSWER_UNREACHABLE, ANSWER_RESET, ANSWER_SYN_ACK},
         STATE_OPEN,
         FACT(ICMP_CONTRADICTED) | FACT(RST_INJECTED)},
    };
    const uint64_t conflicts = FACT(ICMP_CONTRADICTED) | FACT(RST_INJECTED);

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = probe(false);
        struct verdict v;
        for (unsigned j = 0; j < 3 && rows[i].kinds[j] != 0; j++)
            answer(&record, rows[i].kinds[j] >= ANSWER_RESET ? &record.dst : &frame_router4,
                   (struct record_answer){
                       .kind = (uint8_t)rows[i].kinds[j], .ttl = 62, .icmp_type = 3});
        judge_alone(&record, &v);
        assert_word(rows[i].name, verdict_state_name(v.state), verdict_state_name(rows[i].state));
        assert_facts(rows[i].name, v.evidence & conflicts, rows[i].conflicts);
    }
}

/* Silence is a verdict only if our SYNs went out and nothing was lost here; only
 * a target that sent nothing at all shows no sign of life. */
static void test_silence(void **state)
{
    static const struct {
        const char *name;
        bool alive, stale, bad_ack;
        enum verdict_confidence confidence;
        uint64_t evidence;
        int error; /* of another SYN */
    } rows[] = {
        {"nothing", false, false, false, CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE), 0},
        {"one SYN refused", false, false, false, CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE), EPERM},
        {"alive", true, false, false, CONFIDENCE_LIKELY, FACT(OTHER_PORT_ANSWERED), 0},
        {"stale", false, true, false, CONFIDENCE_LIKELY, FACT(STALE_CONNECTION), 0},
        {"bad ack", false, false, true, CONFIDENCE_LIKELY, FACT(BAD_ACK_IGNORED), 0},
        {"alive and bad ack", true, false, true, CONFIDENCE_LIKELY,
         FACT(OTHER_PORT_ANSWERED) | FACT(BAD_ACK_IGNORED), 0},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = probe(false);
        struct verdict want = unanswered(STATE_FILTERED, REASON_NO_RESPONSE);
        record.stale = rows[i].stale;
        record.bad_ack = rows[i].bad_ack;
        record.send_error = rows[i].error;
        want.disposition = DISPOSITION_DROP;
        want.confidence = rows[i].confidence;
        want.evidence = rows[i].evidence;
        want.sent = 1;
        assert_verdict(rows[i].name, &record, want);
    }
}

static void test_what_we_cannot_tell(void **state)
{
    static const struct {
        const char *name;
        int error;
        bool left, lost;
        enum verdict_reason reason;
    } rows[] = {
        {"EPERM", EPERM, false, false, REASON_LOCAL_FIREWALL},
        {"ENETUNREACH", ENETUNREACH, false, false, REASON_NO_ROUTE},
        {"EHOSTUNREACH", EHOSTUNREACH, false, false, REASON_NO_ROUTE},
        {"prohibit route", EACCES, false, false, REASON_NO_ROUTE},
        {"no source address", EADDRNOTAVAIL, false, false, REASON_NO_ROUTE},
        {"ENOBUFS", ENOBUFS, false, false, REASON_SEND_FAILED},
        {"no IPv6 here", EAFNOSUPPORT, false, false, REASON_SEND_FAILED},
        {"the error comes before the loss", EPERM, false, true, REASON_LOCAL_FIREWALL},
        {"capture lost", 0, true, true, REASON_CAPTURE_LOST},
        {"capture lost, egress copies too", 0, false, true, REASON_CAPTURE_LOST},
        {"never seen leaving", 0, false, false, REASON_EGRESS_BLOCKED},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct record record = probe(false);
        struct verdict want = unanswered(STATE_UNKNOWN, rows[i].reason);
        record.tries[0].left_ns = rows[i].left ? NS_PER_S : 0;
        record.send_error = rows[i].error;
        record.capture_lost = rows[i].lost;
        want.actor = ACTOR_LOCAL;
        want.confidence = CONFIDENCE_CERTAIN;
        want.sent = rows[i].left ? 1 : 0;
        assert_verdict(rows[i].name, &record, want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syn_acks),
        cmocka_unit_test(test_resets),
        cmocka_unit_test(test_every_icmp_error),
        cmocka_unit_test(test_an_icmp_errors_hop_needs_both_ttls),
        cmocka_unit_test(test_ttl_exceeded_is_a_loop),
        cmocka_unit_test(test_nobody_answers_arp),
        cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_what_we_cannot_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
