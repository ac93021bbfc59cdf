/* SPDX-License-Identifier: BSD-2-Clause */
/* Which flow is asked next though there is an answer, and what flows that differ show.  The
 * schedule asks A D A B D C B C; B and D bear our mark, A and D come from clients' ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "prober/evidence/observed_flows.h"
#include "prober/packet/our_syn.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

/* One letter a flow, A to D: r a reset, s a SYN-ACK, u ICMP, - silent.  The first attempt of a
 * flow is what is answered, if `asked` SYNs were sent. */
static struct observed probe_of(const char *flows, uint8_t asked)
{
    struct observed observed = judge_probe(false);

    observed.planned = SYN_SCHEDULE_ATTEMPTS;
    for (unsigned flow = 0; flow < strlen(flows); flow++) {
        struct observed_answer answer = {.ttl = 62, .icmp_type = 3, .icmp_code = 13};
        if (flows[flow] == '-')
            continue;
        answer.kind = flows[flow] == 's'   ? ANSWER_SYN_ACK
                      : flows[flow] == 'r' ? ANSWER_RESET
                                           : ANSWER_UNREACHABLE;
        judge_flow(&observed, flow,
                   answer.kind == ANSWER_UNREACHABLE ? &frame_router4 : &observed.dst, answer);
    }
    observed.attempt_count = asked;
    return observed;
}

static void test_the_next_flow(void **state)
{
    enum { NONE = OBSERVED_NO_ATTEMPT };
    static const struct {
        const char *name;
        const char *flows;
        uint8_t asked;
        uint8_t next; /* step of the schedule */
    } rows[] = {
        {"an open port takes one SYN", "s---", 1, NONE},
        {"a RST brings a marked SYN", "r---", 1, 1},
        {"and if that was lost, the other marked flow", "r---", 2, 3},
        {"and its repeat", "r---", 5, 6},
        {"both are answered", "r--r", 2, NONE},
        {"the first SYN was lost: one that is not marked", "---r", 2, 2},
        {"if in vain, then the others", "---r", 3, 3},
        {"an ICMP error brings a second flow", "u---", 1, 1},
        {"but no third, which a limit would hold back", "u---", 2, NONE},
        {"two flows say the same", "u--u", 2, NONE},
        {"open, but the first flow is silent", "---s", 2, 2},
        {"asked again in vain, then the others", "---s", 3, 3},
        {"until all were", "---s", 8, NONE},
        {"open, and one asked later is on its way", "s---", 2, NONE},
        {"open, refused on another flow", "r--s", 2, NONE},
        {"nothing is left of the plan", "---r", 8, NONE},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = probe_of(rows[i].flows, rows[i].asked);
        if (observed_next_contrast(&observed) != rows[i].next)
            fail_msg("%s: %u", rows[i].name, observed_next_contrast(&observed));
    }
}

/* Two flows are enough of a router's word, whichever spoke first. */
static void test_two_errors_are_enough(void **state)
{
    struct observed observed = probe_of("-u--", 4);

    (void)state;
    assert_int_equal(observed_next_contrast(&observed), 4);
    judge_flow(&observed, 0, &frame_router4,
               (struct observed_answer){.kind = ANSWER_UNREACHABLE, .ttl = 62, .icmp_type = 3});
    observed.attempt_count = 4;
    assert_int_equal(observed_next_contrast(&observed), OBSERVED_NO_ATTEMPT);
}

static void test_a_short_probe_asks_no_more_than_planned(void **state)
{
    struct observed observed = probe_of("r---", 1);

    (void)state;
    observed.planned = 1;
    assert_int_equal(observed_next_contrast(&observed), OBSERVED_NO_ATTEMPT);
    observed.planned = 2;
    assert_int_equal(observed_next_contrast(&observed), 1);
}

/* What the kernel refused was never asked. */
static void test_a_refused_flow_is_not_silent(void **state)
{
    struct observed observed = probe_of("---s", 2);

    (void)state;
    observed.refused = 1;
    assert_int_equal(observed_next_contrast(&observed), OBSERVED_NO_ATTEMPT);
}

static void test_what_the_difference_depends_on(void **state)
{
    static const uint64_t depends =
        FACT(DEPENDS_ON_DSCP) | FACT(DEPENDS_ON_SOURCE_PORT) | FACT(DEPENDS_ON_FLOW);
    static const struct {
        const char *flows;
        uint8_t asked;
        bool awaited;
        bool certain;
        uint64_t evidence;
    } rows[] = {
        {"rrrr", 8, true, false, 0},
        {"ssss", 8, true, true, 0},
        {"s---", 1, true, true, 0}, /* the others were not asked */
        {"-s-s", 8, true, false, FACT(DEPENDS_ON_DSCP)},
        {"s-s-", 8, true, false, FACT(DEPENDS_ON_DSCP)},
        {"r-r-", 8, true, false, FACT(DEPENDS_ON_DSCP)},
        {"s--s", 8, true, false, FACT(DEPENDS_ON_SOURCE_PORT)},
        {"-ss-", 8, true, false, FACT(DEPENDS_ON_SOURCE_PORT)},
        {"s---", 8, true, false, FACT(DEPENDS_ON_FLOW)},
        {"ss--", 8, true, false, FACT(DEPENDS_ON_FLOW)},
        {"sss-", 8, true, false, 0},  /* one silent flow may be loss, and yet: not certain */
        {"---s", 3, true, false, 0},  /* the same */
        {"---s", 3, false, false, 0}, /* the repeat may yet be answered; no client sends the mark */
        {"r--s", 2, false, false, FACT(DEPENDS_ON_FLOW)}, /* answered, but otherwise */
        {"s--u", 2, true, false, FACT(DEPENDS_ON_FLOW)},  /* two may differ by anything */
        {"--ss", 8, true, false, FACT(DEPENDS_ON_FLOW)},  /* every other connection */
        {"--s-", 6, true, false, 0}, /* nobody was asked in vain since: it has just come up */
        {"--s-", 8, true, false, FACT(DEPENDS_ON_FLOW)},
        {"us-s", 8, true, false, FACT(DEPENDS_ON_DSCP)},
        {"srsr", 8, true, false, FACT(DEPENDS_ON_DSCP)},
    };
    struct echo echo = judge_echo(62);

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = probe_of(rows[i].flows, rows[i].asked);
        struct verdict verdict;
        classify(&(struct findings){.observed = &observed,
                                    .echo = &echo,
                                    .flows_awaited = rows[i].awaited},
                 &verdict);
        judge_facts(rows[i].flows, verdict.evidence & depends, rows[i].evidence);
        if ((verdict.confidence == CONFIDENCE_CERTAIN) != rows[i].certain)
            fail_msg("%s: %s", rows[i].flows, verdict_confidence_name(verdict.confidence));
    }
}

/* A balancer that takes its members in turn gives every other flow to each. */
static void test_turns_are_neither_marks_nor_ports(void **state)
{
    unsigned asked = 0, turns = 0, marked = 0, ephemeral = 0;
    bool known[SYN_SCHEDULE_FLOWS] = {false};

    (void)state;
    for (unsigned n = 0; n < SYN_SCHEDULE_ATTEMPTS; n++) {
        unsigned flow = observed_flow(n);
        if (!known[flow] && asked++ % 2 == 0)
            turns |= 1U << flow;
        known[flow] = true;
    }
    for (unsigned flow = 0; flow < SYN_SCHEDULE_FLOWS; flow++) {
        marked |= our_syn_tos(flow) != 0 ? 1U << flow : 0;
        ephemeral |= our_syn_is_ephemeral(flow) ? 1U << flow : 0;
    }
    assert_int_equal(asked, SYN_SCHEDULE_FLOWS);
    for (unsigned others = 0; others < 2; others++) {
        assert_int_not_equal(turns, marked);
        assert_int_not_equal(turns, ephemeral);
        turns ^= (1U << SYN_SCHEDULE_FLOWS) - 1;
    }
}

/* A heavier answer replaces the first one of its flow. */
static void test_a_flows_answer(void **state)
{
    struct observed observed = judge_probe(false);
    struct packet reset = judge_packet("filter-rst4", 2);
    struct packet syn_ack = judge_packet("syn-ack4", 3);
    struct packet error = judge_packet("admin-prohibited4", 4);

    (void)state;
    memset(observed.extra, 0xff, sizeof(*observed.extra)); /* what an earlier probe left there */
    observed.planned = SYN_SCHEDULE_ATTEMPTS;
    observed_on_packet(&observed, &reset);
    assert_int_equal(observed.extra->flows[0].kind, ANSWER_RESET);
    assert_int_equal(observed.extra->flows[1].kind, 0);
    assert_int_equal(observed_next_contrast(&observed), 1);
    observed_on_packet(&observed, &syn_ack);
    assert_int_equal(observed.extra->flows[0].kind, ANSWER_SYN_ACK);
    observed_on_packet(&observed, &error);
    assert_int_equal(observed.extra->flows[0].kind, ANSWER_SYN_ACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_next_flow),
        cmocka_unit_test(test_two_errors_are_enough),
        cmocka_unit_test(test_a_short_probe_asks_no_more_than_planned),
        cmocka_unit_test(test_a_refused_flow_is_not_silent),
        cmocka_unit_test(test_what_the_difference_depends_on),
        cmocka_unit_test(test_turns_are_neither_marks_nor_ports),
        cmocka_unit_test(test_a_flows_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
