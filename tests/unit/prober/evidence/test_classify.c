/* SPDX-License-Identifier: BSD-2-Clause */
/* The evidence table for answers to a port that was asked for alone: what was seen in,
 * the whole verdict out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

static void test_syn_acks(void **state)
{
    static const struct {
        const char *name;
        bool ipv6, window_zero;
        enum verdict_actor actor;
        int16_t actor_hop;
        uint64_t evidence;
    } rows[] = {
        {"listener", false, false, ACTOR_HOST, -1, 0},
        {"listener, IPv6", true, false, ACTOR_HOST, -1, 0},
        {"SYN proxy", false, true, ACTOR_UNKNOWN, -1, FACT(WINDOW_ZERO)},
        {"SYN proxy, IPv6", true, true, ACTOR_UNKNOWN, -1, FACT(WINDOW_ZERO)},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(rows[i].ipv6);
        struct verdict want = judge_answered_by(&observed.dst, 62);
        judge_answer(&observed, &observed.dst,
                     (struct observed_answer){
                         .kind = ANSWER_SYN_ACK, .ttl = 62, .window_zero = rows[i].window_zero});
        want.state = STATE_OPEN;
        want.reason = REASON_SYN_ACK;
        want.disposition = DISPOSITION_ACCEPT;
        want.confidence = CONFIDENCE_LIKELY;
        want.actor = rows[i].actor;
        want.actor_hop = rows[i].actor_hop;
        want.evidence = rows[i].evidence;
        judge_expect_alone(rows[i].name, &observed, want);
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
        struct observed observed = judge_probe(rows[i].ipv6);
        struct verdict want = judge_answered_by(&observed.dst, 62);
        judge_answer(&observed, &observed.dst,
                     (struct observed_answer){.kind = ANSWER_RESET,
                                              .ttl = 62,
                                              .tos = rows[i].tos,
                                              .window_zero = true,
                                              .flow_label_set = rows[i].label});
        want.state = STATE_CLOSED;
        want.reason = REASON_RESET;
        want.disposition = DISPOSITION_REFUSE;
        want.confidence = CONFIDENCE_LIKELY;
        want.actor = rows[i].by_host ? ACTOR_HOST : ACTOR_UNKNOWN;
        want.actor_hop = rows[i].by_host ? 3 : -1;
        want.evidence = rows[i].evidence;
        judge_expect_alone(rows[i].name, &observed, want);
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
        struct observed observed = judge_probe(rows[i].ipv6);
        struct observed_answer error = {.kind = ANSWER_UNREACHABLE,
                                        .ttl = 64,
                                        .icmp_type = rows[i].type,
                                        .icmp_code = rows[i].code,
                                        .quoted_ttl = 63};
        const struct addr *router = rows[i].ipv6 ? &frame_router6 : &frame_router4;
        struct verdict want = judge_answered_by(router, 64);
        snprintf(name, sizeof(name), "IPv%d %u/%u", rows[i].ipv6 ? 6 : 4, rows[i].type,
                 rows[i].code);
        judge_answer(&observed, router, error);
        want.state = STATE_FILTERED;
        want.reason = rows[i].reason;
        want.disposition = rows[i].reject ? DISPOSITION_REJECT : DISPOSITION_UNREACHABLE;
        want.icmp_type = rows[i].type;
        want.icmp_code = rows[i].code;
        want.actor = ACTOR_PATH;
        want.actor_hop = 1;
        want.confidence = CONFIDENCE_CERTAIN;
        want.evidence = FACT(RESPONDER_IS_ROUTER);
        judge_expect_alone(name, &observed, want);

        observed.answer_count = 0;
        error.ttl = error.quoted_ttl = 62;
        judge_answer(&observed, &observed.dst, error);
        want.responder = observed.dst;
        want.ttl = 62;
        want.hops = 3;
        want.actor = rows[i].reject ? ACTOR_HOST_FIREWALL : ACTOR_UNKNOWN;
        want.actor_hop = rows[i].reject ? 3 : -1;
        want.confidence = CONFIDENCE_LIKELY;
        want.evidence = FACT(RESPONDER_IS_TARGET);
        judge_expect_alone(name, &observed, want);
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
        struct observed observed = judge_probe(false);
        struct verdict v;
        judge_answer(&observed, &frame_router4,
                     (struct observed_answer){.kind = ANSWER_UNREACHABLE,
                                              .ttl = rows[i].ttl,
                                              .icmp_type = 3,
                                              .icmp_code = 13,
                                              .quoted_ttl = rows[i].quoted_ttl});
        judge_alone(&observed, &v);
        assert_int_equal(v.hops, rows[i].hops);
        assert_int_equal(v.actor_hop, rows[i].actor_hop);
    }
}

static void test_ttl_exceeded_is_a_loop(void **state)
{
    struct observed observed = judge_probe(true);
    struct verdict want = judge_answered_by(&frame_router6, 64);

    (void)state;
    judge_answer(&observed, &frame_router6,
                 (struct observed_answer){
                     .kind = ANSWER_TTL_EXCEEDED, .ttl = 64, .icmp_type = 3, .quoted_ttl = 1});
    want.state = STATE_FILTERED;
    want.reason = REASON_ICMP_TTL_EXCEEDED;
    want.disposition = DISPOSITION_UNREACHABLE;
    want.actor = ACTOR_PATH;
    want.confidence = CONFIDENCE_CERTAIN;
    want.icmp_type = 3;
    want.icmp_code = 0;
    want.evidence = FACT(RESPONDER_IS_ROUTER) | FACT(TTL_EXPIRED_IN_TRANSIT);
    judge_expect_alone("loop", &observed, want);
}

static void test_nobody_answers_arp(void **state)
{
    static const struct {
        bool ipv6;
        uint8_t type, code;
    } rows[] = {{false, 3, 1}, {true, 1, 3}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(rows[i].ipv6);
        struct verdict want = judge_answered_by(&observed.src, 64);
        observed.egress[0] = 0; /* it waited for the neighbour */
        judge_answer(&observed, &observed.src,
                     (struct observed_answer){.kind = ANSWER_UNREACHABLE,
                                              .attempt = OBSERVED_NO_ATTEMPT,
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
        judge_expect_alone("dead neighbour", &observed, want);
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
        struct observed observed = judge_probe(false);
        struct verdict v;
        for (unsigned j = 0; j < 3 && rows[i].kinds[j] != 0; j++)
            judge_answer(&observed,
                         rows[i].kinds[j] >= ANSWER_RESET ? &observed.dst : &frame_router4,
                         (struct observed_answer){
                             .kind = (uint8_t)rows[i].kinds[j], .ttl = 62, .icmp_type = 3});
        judge_alone(&observed, &v);
        judge_word(rows[i].name, verdict_state_name(v.state), verdict_state_name(rows[i].state));
        judge_facts(rows[i].name, v.evidence & conflicts, rows[i].conflicts);
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
