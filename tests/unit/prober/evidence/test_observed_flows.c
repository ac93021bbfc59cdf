/* SPDX-License-Identifier: BSD-2-Clause */
/* Which flow is asked next though there is an answer.  The schedule asks A D A B D C B C; B and D
 * bear our mark, A and D come from clients' ports. */
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
        struct observed observed = judge_flows(rows[i].flows, rows[i].asked);
        if (observed_next_contrast(&observed) != rows[i].next)
            fail_msg("%s: %u", rows[i].name, observed_next_contrast(&observed));
    }
}

/* Two flows are enough of a router's word, whichever spoke first. */
static void test_two_errors_are_enough(void **state)
{
    struct observed observed = judge_flows("-u--", 4);

    (void)state;
    assert_int_equal(observed_next_contrast(&observed), 4);
    judge_flow(&observed, 0, &frame_router4,
               (struct observed_answer){.kind = ANSWER_UNREACHABLE, .ttl = 62, .icmp_type = 3});
    observed.attempt_count = 4;
    assert_int_equal(observed_next_contrast(&observed), OBSERVED_NO_ATTEMPT);
}

static void test_a_short_probe_asks_no_more_than_planned(void **state)
{
    struct observed observed = judge_flows("r---", 1);

    (void)state;
    observed.planned = 1;
    assert_int_equal(observed_next_contrast(&observed), OBSERVED_NO_ATTEMPT);
    observed.planned = 2;
    assert_int_equal(observed_next_contrast(&observed), 1);
}

/* What the kernel refused was never asked. */
static void test_a_refused_flow_is_not_silent(void **state)
{
    struct observed observed = judge_flows("---s", 2);

    (void)state;
    observed.refused = 1;
    assert_int_equal(observed_next_contrast(&observed), OBSERVED_NO_ATTEMPT);
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
        cmocka_unit_test(test_a_flows_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
