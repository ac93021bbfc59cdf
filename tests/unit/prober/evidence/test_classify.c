/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks and filters as docs/verdicts.md knows them, from packets to the whole verdict: of a
 * host at hop 3, whose echo reply arrives with TTL 62. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "prober/evidence/distance.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

enum { HOST_TTL = 62, HOST_HOP = 3, NONE = -1 };

/* What is known besides the answer. */
enum {
    NO_ECHO = 1,
    ECHO_HOPS = 2, /* echoes with small TTLs confirm the host's distance */
    BESIDE = 4,    /* another port's RST, from as far, bears our mark */
    NAMED = 8,     /* the host's hop reports an expired SYN in the host's name */
    BLEACHED = 16, /* the router before it quotes our marked SYN without its DSCP */
    ON_LINK = 32,
};

struct row {
    const char *name;
    bool ipv6;
    enum answer_kind kind;
    uint8_t ttl;
    int plain, marked; /* TOS of the answers to an unmarked and to a marked flow */
    uint16_t window;
    enum { ID_IS_ZERO, ID_IS_COPIED, ID_IS_OTHER } id;
    enum { NO_LABEL, OWN_LABEL, OUR_LABEL } label;
    unsigned known;
    uint8_t first_answered;         /* the hop from which on SYNs are answered; 0: not asked */
    enum verdict_explanation truth; /* which is never excluded */
    enum verdict_disposition disposition;
    enum verdict_actor actor;
    enum verdict_confidence confidence;
    int16_t actor_hop;
    uint64_t evidence;
};

#define CERTAIN CONFIDENCE_CERTAIN
#define LIKELY  CONFIDENCE_LIKELY
#define GUESS   CONFIDENCE_GUESS
#define OPEN(name, ipv6, ttl, window) \
    name, ipv6, ANSWER_SYN_ACK, ttl, 0, NONE, window, ID_IS_ZERO, NO_LABEL

static const struct row rows[] = {
    {OPEN("a listener", false, 62, 65160), 0, 0, EXPLANATION_HOST_ACCEPTS, DISPOSITION_ACCEPT,
     ACTOR_HOST, CERTAIN, -1, FACT(TTL_MATCHES_HOST)},
    {OPEN("a listener, IPv6", true, 62, 65160), 0, 0, EXPLANATION_HOST_ACCEPTS, DISPOSITION_ACCEPT,
     ACTOR_HOST, CERTAIN, -1, FACT(TTL_MATCHES_HOST)},
    {OPEN("with its distance confirmed", false, 62, 65160), ECHO_HOPS, 0, EXPLANATION_HOST_ACCEPTS,
     DISPOSITION_ACCEPT, ACTOR_HOST, CERTAIN, 3, FACT(TTL_MATCHES_HOST)},
    {OPEN("without an echo", false, 62, 65160), NO_ECHO, 0, EXPLANATION_HOST_ACCEPTS,
     DISPOSITION_ACCEPT, ACTOR_UNKNOWN, LIKELY, -1, 0},
    {OPEN("a program's own TTL", false, 35, 65160), ECHO_HOPS, 3, EXPLANATION_HOST_ACCEPTS,
     DISPOSITION_ACCEPT, ACTOR_UNKNOWN, LIKELY, -1, FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED)},
    {OPEN("Windows behind a Linux edge that answers pings", false, 126, 65160), ECHO_HOPS, 3,
     EXPLANATION_HOST_ACCEPTS, DISPOSITION_ACCEPT, ACTOR_UNKNOWN, LIKELY, -1,
     FACT(TTL_BASE_DIFFERS) | FACT(HOP_CONFIRMED)},
    {OPEN("a redirect on a router", false, 64, 65160), ECHO_HOPS, 1, EXPLANATION_DEVICE_ACCEPTS,
     DISPOSITION_ACCEPT, ACTOR_PATH, LIKELY, 1, FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {OPEN("the same by its TTL alone", false, 64, 65160), 0, 0, EXPLANATION_DEVICE_ACCEPTS,
     DISPOSITION_ACCEPT, ACTOR_UNKNOWN, LIKELY, -1, FACT(TTL_NEARER)},
    {OPEN("on the link, TTL 64 beside 62", false, 64, 65160), ON_LINK, 0, EXPLANATION_HOST_ACCEPTS,
     DISPOSITION_ACCEPT, ACTOR_UNKNOWN, LIKELY, -1, FACT(TTL_NEARER)},
    {OPEN("a SYN proxy on a router", false, 63, 0), ECHO_HOPS, 2, EXPLANATION_SYN_PROXY_BEFORE_HOST,
     DISPOSITION_ACCEPT, ACTOR_PATH, LIKELY, 2,
     FACT(WINDOW_ZERO) | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {OPEN("a SYN proxy on the host", false, 62, 0), ECHO_HOPS, 3, EXPLANATION_SYN_PROXY_ON_HOST,
     DISPOSITION_ACCEPT, ACTOR_HOST_FIREWALL, LIKELY, 3,
     FACT(WINDOW_ZERO) | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED)},
    {OPEN("the same, unasked", false, 62, 0), 0, 0, EXPLANATION_SYN_PROXY_ON_HOST,
     DISPOSITION_ACCEPT, ACTOR_HOST_FIREWALL, LIKELY, -1,
     FACT(WINDOW_ZERO) | FACT(TTL_MATCHES_HOST)},
    {OPEN("a forwarded port", false, 61, 65160), ECHO_HOPS | NAMED, 4,
     EXPLANATION_FORWARDED_ACCEPTS, DISPOSITION_ACCEPT, ACTOR_BEHIND_NAT, LIKELY, 4,
     FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED) | FACT(TTL_EXPIRED_AT_TARGET)},
    {OPEN("the same by its TTL alone", false, 61, 65160), 0, 0, EXPLANATION_FORWARDED_ACCEPTS,
     DISPOSITION_ACCEPT, ACTOR_UNKNOWN, LIKELY, -1, FACT(TTL_FARTHER)},
    {"Linux refuses", false, ANSWER_RESET, 62, 0, 0x28, 0, ID_IS_ZERO, NO_LABEL, 0, 0,
     EXPLANATION_HOST_REFUSES, DISPOSITION_REFUSE, ACTOR_HOST, LIKELY, -1,
     FACT(DSCP_REFLECTED) | FACT(TTL_MATCHES_HOST)},
    {"the same, its distance confirmed", false, ANSWER_RESET, 62, 0, 0x28, 0, ID_IS_ZERO, NO_LABEL,
     ECHO_HOPS, 3, EXPLANATION_HOST_REFUSES, DISPOSITION_REFUSE, ACTOR_HOST, LIKELY, 3,
     FACT(DSCP_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED)},
    {"Linux refuses, IPv6", true, ANSWER_RESET, 62, 0, 0x28, 0, ID_IS_OTHER, OWN_LABEL, 0, 0,
     EXPLANATION_HOST_REFUSES, DISPOSITION_REFUSE, ACTOR_HOST, LIKELY, -1,
     FACT(DSCP_REFLECTED) | FACT(FLOW_LABEL_SET) | FACT(TTL_MATCHES_HOST)},
    {"without an echo", false, ANSWER_RESET, 62, 0, 0x28, 0, ID_IS_ZERO, NO_LABEL, NO_ECHO, 0,
     EXPLANATION_HOST_REFUSES, DISPOSITION_REFUSE, ACTOR_UNKNOWN, LIKELY, -1, FACT(DSCP_REFLECTED)},
    {"ToS precedence cleared on the way", false, ANSWER_RESET, 62, 0, 0x08, 0, ID_IS_ZERO, NO_LABEL,
     0, 0, EXPLANATION_HOST_REFUSES, DISPOSITION_REFUSE, ACTOR_HOST, LIKELY, -1,
     FACT(DSCP_REFLECTED) | FACT(TTL_MATCHES_HOST)},
    {"FreeBSD refuses", false, ANSWER_RESET, 62, 0, 0, 0, ID_IS_ZERO, NO_LABEL, 0, 0,
     EXPLANATION_HOST_REFUSES_PLAINLY, DISPOSITION_REFUSE, ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_MATCHES_HOST)},
    {"the same beside a port that reflects: netfilter", false, ANSWER_RESET, 62, 0, 0, 0,
     ID_IS_ZERO, NO_LABEL, BESIDE, 0, EXPLANATION_NETFILTER_ON_HOST, DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL, LIKELY, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(HOST_REFLECTS_DSCP)},
    {"and its distance confirmed", false, ANSWER_RESET, 62, 0, 0, 0, ID_IS_ZERO, NO_LABEL,
     BESIDE | ECHO_HOPS, 3, EXPLANATION_NETFILTER_ON_HOST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     LIKELY, 3,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED) |
         FACT(HOST_REFLECTS_DSCP)},
    {"lwIP refuses, with a window", false, ANSWER_RESET, 62, 0, 0, 5744, ID_IS_OTHER, NO_LABEL, 0,
     0, EXPLANATION_HOST_REFUSES_PLAINLY, DISPOSITION_REFUSE, ACTOR_HOST, LIKELY, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(ODD_WINDOW)},
    {"Windows refuses: 128 beside a Linux edge's 64", false, ANSWER_RESET, 126, 0, 0, 0,
     ID_IS_OTHER, NO_LABEL, ECHO_HOPS, 3, EXPLANATION_HOST_REFUSES_PLAINLY, DISPOSITION_UNKNOWN,
     ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_BASE_DIFFERS) | FACT(HOP_CONFIRMED)},
    {"netfilter, IPv6, alone", true, ANSWER_RESET, 62, 0, 0, 0, ID_IS_OTHER, NO_LABEL, 0, 0,
     EXPLANATION_NETFILTER_ON_HOST, DISPOSITION_REFUSE, ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(FLOW_LABEL_ZERO) | FACT(TTL_MATCHES_HOST)},
    {"netfilter, IPv6, beside its host's TCP", true, ANSWER_RESET, 62, 0, 0, 0, ID_IS_OTHER,
     NO_LABEL, BESIDE, 0, EXPLANATION_NETFILTER_ON_HOST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     LIKELY, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(FLOW_LABEL_ZERO) | FACT(TTL_MATCHES_HOST) |
         FACT(HOST_REFLECTS_DSCP) | FACT(RESETS_DIFFER)},
    {"cleared DSCP, IPv6", true, ANSWER_RESET, 62, 0, 0, 0, ID_IS_OTHER, OWN_LABEL, BLEACHED, 3,
     EXPLANATION_HOST_REFUSES, DISPOSITION_REFUSE, ACTOR_HOST, LIKELY, 3,
     FACT(DSCP_NOT_REFLECTED) | FACT(FLOW_LABEL_SET) | FACT(TTL_MATCHES_HOST) | FACT(DSCP_CLEARED)},
    {"cleared DSCP, IPv4", false, ANSWER_RESET, 62, 0, 0, 0, ID_IS_ZERO, NO_LABEL, BLEACHED, 3,
     EXPLANATION_HOST_REFUSES, DISPOSITION_REFUSE, ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(DSCP_CLEARED)},
    {"pf", false, ANSWER_RESET, 62, 0x10, 0x10, 0, ID_IS_ZERO, NO_LABEL, 0, 0,
     EXPLANATION_PF_ON_HOST, DISPOSITION_REJECT, ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(ODD_TOS)},
    {"ipfw", false, ANSWER_RESET, 62, 0x10, 0x10, 0, ID_IS_OTHER, NO_LABEL, 0, 0,
     EXPLANATION_PF_ON_HOST, DISPOSITION_REJECT, ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(ODD_TOS)},
    {"a way that marks all", false, ANSWER_RESET, 62, 0x48, 0x48, 0, ID_IS_OTHER, NO_LABEL, 0, 0,
     EXPLANATION_HOST_REFUSES_PLAINLY, DISPOSITION_UNKNOWN, ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_MATCHES_HOST) | FACT(ODD_TOS)},
    {"XDP turns the SYN around", false, ANSWER_RESET, 60, 0, 0x28, 64239, ID_IS_COPIED, NO_LABEL,
     ECHO_HOPS, 3, EXPLANATION_FILTER_IN_PLACE, DISPOSITION_REJECT, ACTOR_UNKNOWN, LIKELY, -1,
     FACT(DSCP_REFLECTED) | FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED) | FACT(ODD_WINDOW) |
         FACT(IP_ID_COPIED)},
    {"XDP, IPv6", true, ANSWER_RESET, 60, 0, 0x28, 64799, ID_IS_OTHER, OUR_LABEL, ECHO_HOPS, 3,
     EXPLANATION_FILTER_IN_PLACE, DISPOSITION_REJECT, ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_REFLECTED) | FACT(FLOW_LABEL_SET) | FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED) |
         FACT(ODD_WINDOW)},
    {"a router turns it around", false, ANSWER_RESET, 63, 0, 0x28, 64239, ID_IS_COPIED, NO_LABEL,
     ECHO_HOPS, 2, EXPLANATION_DEVICE_IN_PLACE, DISPOSITION_REJECT, ACTOR_PATH, LIKELY, -1,
     FACT(DSCP_REFLECTED) | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED) | FACT(ODD_WINDOW) |
         FACT(IP_ID_COPIED)},
    {"a router's filter", false, ANSWER_RESET, 64, 0, 0, 0, ID_IS_ZERO, NO_LABEL, ECHO_HOPS, 2,
     EXPLANATION_DEVICE_REJECTS, DISPOSITION_REJECT, ACTOR_PATH, LIKELY, 1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {"the same before routing", false, ANSWER_RESET, 64, 0, 0, 0, ID_IS_ZERO, NO_LABEL, ECHO_HOPS,
     1, EXPLANATION_DEVICE_REJECTS, DISPOSITION_REJECT, ACTOR_PATH, LIKELY, 1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {"the same by its TTL alone", false, ANSWER_RESET, 64, 0, 0, 0, ID_IS_ZERO, NO_LABEL, 0, 0,
     EXPLANATION_DEVICE_REJECTS, DISPOSITION_UNKNOWN, ACTOR_UNKNOWN, GUESS, -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_NEARER)},
    {"a router's filter, IPv6", true, ANSWER_RESET, 64, 0, 0, 0, ID_IS_OTHER, NO_LABEL, ECHO_HOPS,
     2, EXPLANATION_DEVICE_REJECTS, DISPOSITION_REJECT, ACTOR_PATH, LIKELY, 1,
     FACT(DSCP_NOT_REFLECTED) | FACT(FLOW_LABEL_ZERO) | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {"a redirect on a router", false, ANSWER_RESET, 64, 0, 0x28, 0, ID_IS_ZERO, NO_LABEL, ECHO_HOPS,
     1, EXPLANATION_DEVICE_REFUSES, DISPOSITION_REFUSE, ACTOR_PATH, LIKELY, 1,
     FACT(DSCP_REFLECTED) | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {"a forwarded port refuses", false, ANSWER_RESET, 61, 0, 0x28, 0, ID_IS_ZERO, NO_LABEL,
     ECHO_HOPS | NAMED, 4, EXPLANATION_FORWARDED_REFUSES, DISPOSITION_REFUSE, ACTOR_BEHIND_NAT,
     LIKELY, 4,
     FACT(DSCP_REFLECTED) | FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED) | FACT(TTL_EXPIRED_AT_TARGET)},
    {"a filter behind the address", false, ANSWER_RESET, 61, 0, 0, 0, ID_IS_ZERO, NO_LABEL,
     ECHO_HOPS | NAMED, 4, EXPLANATION_FORWARDED_REJECTS, DISPOSITION_UNKNOWN, ACTOR_UNKNOWN, GUESS,
     -1,
     FACT(DSCP_NOT_REFLECTED) | FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED) |
         FACT(TTL_EXPIRED_AT_TARGET)},
    {"farther by its TTL alone", false, ANSWER_RESET, 61, 0, 0x28, 0, ID_IS_ZERO, NO_LABEL, 0, 0,
     EXPLANATION_FORWARDED_REFUSES, DISPOSITION_REFUSE, ACTOR_UNKNOWN, LIKELY, -1,
     FACT(DSCP_REFLECTED) | FACT(TTL_FARTHER)},
    {"only the unmarked flow was answered", false, ANSWER_RESET, 62, 0, NONE, 0, ID_IS_ZERO,
     NO_LABEL, 0, 0, EXPLANATION_HOST_REFUSES, DISPOSITION_REFUSE, ACTOR_UNKNOWN, GUESS, -1,
     FACT(TTL_MATCHES_HOST)},
};

static struct observed port_of(const struct row *row)
{
    struct observed observed = judge_probe(row->ipv6);
    struct observed_answer answer = {
        .kind = (uint8_t)row->kind,
        .ttl = row->ttl,
        .window = row->window,
        .window_zero = row->window == 0,
        .dont_fragment = row->id == ID_IS_ZERO,
        .ip_id_zero = row->id == ID_IS_ZERO,
        .ip_id_copied = row->id == ID_IS_COPIED,
        .flow_label_set = row->label != NO_LABEL,
        .flow_label_copied = row->label == OUR_LABEL,
    };

    if (row->plain >= 0) {
        answer.tos = (uint8_t)row->plain;
        judge_flow(&observed, 0, &observed.dst, answer);
    }
    if (row->marked >= 0) {
        answer.tos = (uint8_t)row->marked;
        judge_flow(&observed, 1, &observed.dst, answer);
    }
    return observed;
}

static void test_rows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *row = &rows[i];
        const struct row beside = {.ipv6 = row->ipv6,
                                   .kind = ANSWER_RESET,
                                   .ttl = HOST_TTL,
                                   .marked = OUR_SYN_TOS,
                                   .label = row->ipv6 ? OWN_LABEL : NO_LABEL};
        struct observed observed = port_of(row), other = port_of(&beside);
        struct ttl_probe walk = judge_walk(
            row->first_answered, row->ipv6 ? &frame_router6 : &frame_router4, &observed.dst);
        struct echo echo = judge_echo(HOST_TTL);
        struct findings f = {.observed = &observed,
                             .route = (row->known & ON_LINK) != 0 ? ROUTE_ATTACHED : ROUTE_FAR};
        struct verdict want = judge_answered_by(&observed.dst, row->ttl);
        if ((row->known & ECHO_HOPS) != 0) {
            judge_echo_at(&echo, HOST_HOP - 1, ECHO_EXPIRED);
            judge_echo_at(&echo, HOST_HOP, ECHO_REPLIED);
        }
        if ((row->known & NO_ECHO) == 0)
            f.echo = &echo;
        if (row->first_answered != 0)
            f.ttl_probe = &walk;
        walk.flow = row->marked >= 0 ? 1 : 0;
        for (unsigned hop = 1; hop < row->first_answered; hop++)
            walk.hops[hop].quoted_tos = (row->known & BLEACHED) != 0 ? 0 : OUR_SYN_TOS;
        if ((row->known & NAMED) != 0)
            walk.hops[HOST_HOP].from = observed.dst;
        if ((row->known & BESIDE) != 0)
            f.others[f.other_count++] = &other;
        want.hops = distance_by_ttl(row->ttl);
        want.state = row->kind == ANSWER_SYN_ACK ? STATE_OPEN : STATE_CLOSED;
        want.reason = row->kind == ANSWER_SYN_ACK ? REASON_SYN_ACK : REASON_RESET;
        want.disposition = row->disposition;
        want.actor = row->actor;
        want.confidence = row->confidence;
        want.actor_hop = row->actor_hop;
        want.evidence = row->evidence;
        want.sent = row->marked >= 0 ? 2 : 1;
        judge_expect(row->name, &f, want);
        classify(&f, &want);
        if ((want.explanations >> row->truth & 1) == 0)
            fail_msg("%s: %s is excluded", row->name, verdict_explanation_name(row->truth));
    }
}

static void test_nobody_answers_arp(void **state)
{
    static const struct {
        bool ipv6, on_link;
        uint8_t type, code;
    } errors[] = {
        {false, true, 3, 1}, {true, true, 1, 3}, {false, false, 3, 1}, {true, false, 1, 3}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(errors); i++) {
        struct observed observed = judge_probe(errors[i].ipv6);
        struct verdict want = judge_answered_by(&observed.src, 64);
        observed.egress[0] = 0; /* it waited for the neighbour */
        judge_answer(&observed, &observed.src,
                     (struct observed_answer){.kind = ANSWER_UNREACHABLE,
                                              .attempt = OBSERVED_NO_ATTEMPT,
                                              .late = true,
                                              .ttl = 64,
                                              .icmp_type = errors[i].type,
                                              .icmp_code = errors[i].code,
                                              .quoted_ttl = 64});
        want.state = errors[i].on_link ? STATE_FILTERED : STATE_UNKNOWN;
        want.reason = errors[i].on_link ? REASON_LOCAL_ARP_FAILURE : REASON_GATEWAY_UNREACHABLE;
        want.disposition = errors[i].on_link ? DISPOSITION_UNREACHABLE : DISPOSITION_UNKNOWN;
        want.actor = ACTOR_LOCAL;
        /* a switch that keeps machines apart looks like a machine that is not there */
        want.confidence = errors[i].on_link ? LIKELY : CERTAIN;
        want.evidence = FACT(LATE_ANSWER);
        want.rtt_ns = VERDICT_NO_RTT;
        want.sent = 0;
        want.hops = want.actor_hop = 0;
        want.icmp_type = errors[i].type;
        want.icmp_code = errors[i].code;
        judge_expect("dead neighbour",
                     &(struct findings){.observed = &observed,
                                        .route = errors[i].on_link ? ROUTE_ATTACHED : ROUTE_FAR},
                     want);
        if (errors[i].on_link)
            continue;
        want.confidence = LIKELY;
        judge_expect("and the kernel can't be asked for the route",
                     &(struct findings){.observed = &observed, .route = ROUTE_UNKNOWN}, want);
    }
}

static void test_conflicts(void **state)
{
    static const struct {
        const char *name;
        enum answer_kind kinds[3]; /* in the order they came */
        enum verdict_state state;
        uint64_t conflicts;
    } cases[] = {
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
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        struct observed observed = judge_probe(false);
        struct verdict v;
        for (unsigned j = 0; j < 3 && cases[i].kinds[j] != 0; j++)
            judge_answer(&observed,
                         cases[i].kinds[j] >= ANSWER_RESET ? &observed.dst : &frame_router4,
                         (struct observed_answer){
                             .kind = (uint8_t)cases[i].kinds[j], .ttl = 62, .icmp_type = 3});
        judge_alone(&observed, &v);
        judge_word(cases[i].name, verdict_state_name(v.state), verdict_state_name(cases[i].state));
        judge_facts(cases[i].name, v.evidence & conflicts, cases[i].conflicts);
    }
}

/* A balancer's two members, or a program that began to listen: nobody injects anything. */
static void test_a_reset_of_another_flow_is_not_injected(void **state)
{
    (void)state;
    for (unsigned accepted = 0; accepted < 2; accepted++) {
        struct observed observed = judge_probe(false);
        struct verdict v;
        for (unsigned flow = 0; flow < 2; flow++)
            judge_flow(&observed, flow, &observed.dst,
                       (struct observed_answer){
                           .kind = flow == accepted ? ANSWER_SYN_ACK : ANSWER_RESET, .ttl = 62});
        judge_alone(&observed, &v);
        assert_int_equal(v.state, STATE_OPEN);
        assert_int_equal(v.evidence & (FACT(RST_INJECTED) | FACT(DEPENDS_ON_FLOW)),
                         FACT(DEPENDS_ON_FLOW));
    }
}

/* Whatever is known and however odd the RST: without a contrast on the same host it must never
 * be a certain firewall's, and a hop is given only from a distance that was confirmed. */
static void test_no_certain_firewall_without_contrast(void **state)
{
    (void)state;
    for (unsigned ttl = 1; ttl < 256; ttl++)
        for (unsigned tos = 0; tos < 256; tos++)
            for (unsigned same = 0; same < 2; same++) {
                struct observed observed = judge_probe(false);
                struct echo echo = judge_echo(62);
                struct verdict verdict;
                struct observed_answer reset = {
                    .kind = ANSWER_RESET, .ttl = (uint8_t)ttl, .tos = (uint8_t)tos};
                judge_flow(&observed, 0, &observed.dst, reset);
                judge_flow(&observed, 1, &observed.dst, reset);
                echo.reply_ttl = (uint8_t)(same != 0 ? ttl : 62);
                classify(&(struct findings){.observed = &observed, .echo = &echo}, &verdict);
                assert_int_equal(verdict.state, STATE_CLOSED);
                if (verdict.actor == ACTOR_HOST_FIREWALL)
                    assert_int_not_equal(verdict.confidence, CERTAIN);
                assert_int_equal(verdict.actor_hop, VERDICT_UNKNOWN_HOP);
            }
}

/* A port of our own choice accepts, too; seconds ago this one was open: no claim is certain. */
static void test_what_makes_a_verdict_less_sure(void **state)
{
    struct observed open = judge_probe(false), closed = judge_probe(false);
    struct observed control = judge_probe(false);
    struct echo echo = judge_echo(62);
    struct findings f = {.observed = &open, .echo = &echo};
    struct verdict v;

    (void)state;
    judge_answer(&open, &open.dst,
                 (struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 62, .window = 65160});
    judge_answer(&control, &open.dst,
                 (struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 62, .window = 65160});
    judge_answer(&closed, &open.dst, (struct observed_answer){.kind = ANSWER_RESET, .ttl = 62});
    classify(&f, &v);
    assert_int_equal(v.confidence, CERTAIN);
    f.control = &control;
    classify(&f, &v);
    assert_int_equal(v.confidence, LIKELY);
    judge_facts("control", v.evidence, FACT(EVERY_PORT_ACCEPTS) | FACT(TTL_MATCHES_HOST));
    f.control = &closed;
    f.was_open = true;
    classify(&f, &v);
    assert_int_equal(v.confidence, CERTAIN);
    f.observed = &closed;
    classify(&f, &v);
    assert_true((v.evidence & FACT(RECENTLY_OPEN)) != 0);
    assert_true(v.confidence <= LIKELY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_nobody_answers_arp),
        cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_a_reset_of_another_flow_is_not_injected),
        cmocka_unit_test(test_no_certain_firewall_without_contrast),
        cmocka_unit_test(test_what_makes_a_verdict_less_sure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
