/* SPDX-License-Identifier: BSD-2-Clause */
/* What flows that differ show.  The schedule asks A D A B D C B C; B and D bear our mark, A and D
 * come from clients' ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "prober/evidence/flow_dependence.h"
#include "prober/packet/our_syn.h"
#include "tests/unit/support/judge.h"

static void test_what_the_difference_depends_on(void **state)
{
    static const struct {
        const char *flows;
        uint8_t asked;
        bool awaited;
        bool for_all;
        uint64_t evidence;
    } rows[] = {
        {"rrrr", 8, true, true, 0},
        {"ssss", 8, true, true, 0},
        {"s---", 1, true, true, 0}, /* the others were not asked */
        {"s---", 2, true, true, 0}, /* D was asked once */
        {"-s-s", 8, true, false, FACT(DEPENDS_ON_DSCP)},
        {"s-s-", 8, true, false, FACT(DEPENDS_ON_DSCP)},
        {"r-r-", 8, true, false, FACT(DEPENDS_ON_DSCP)},
        {"s--s", 8, true, false, FACT(DEPENDS_ON_SOURCE_PORT)},
        {"-ss-", 8, true, false, FACT(DEPENDS_ON_SOURCE_PORT)},
        {"s---", 8, true, false, FACT(DEPENDS_ON_FLOW)},
        {"ss--", 8, true, false, FACT(DEPENDS_ON_FLOW)},
        {"sss-", 8, true, false, 0},  /* one silent flow may be loss, and yet */
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

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_flows(rows[i].flows, rows[i].asked);
        struct verdict verdict = {0};
        const struct findings findings = {.observed = &observed, .flows_awaited = rows[i].awaited};
        bool for_some = flow_dependence_note(&findings, observed_best(&observed), &verdict);
        judge_facts(rows[i].flows, verdict.evidence, rows[i].evidence);
        if (for_some == rows[i].for_all)
            fail_msg("%s", rows[i].flows);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_difference_depends_on),
        cmocka_unit_test(test_turns_are_neither_marks_nor_ports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
