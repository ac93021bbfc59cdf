/* SPDX-License-Identifier: BSD-2-Clause */
/* What a prober can have said; each verdict of the worlds is judged, too (world_claims.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/contract/verdict.h"

static struct verdict said(enum verdict_state state, enum verdict_reason reason,
                           enum verdict_disposition disposition)
{
    struct verdict verdict;

    verdict_init(&verdict, 443);
    verdict.state = state;
    verdict.reason = reason;
    verdict.disposition = disposition;
    verdict.rtt_ns = reason == REASON_SYN_ACK || reason == REASON_RESET ? 1000 : VERDICT_NO_RTT;
    verdict.sent = 1;
    return verdict;
}

static bool can(enum verdict_state state, enum verdict_reason reason,
                enum verdict_disposition disposition)
{
    const struct verdict verdict = said(state, reason, disposition);

    return verdict_is_consistent(&verdict);
}

static void test_truths(void **state)
{
    (void)state;
    assert_true(can(STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT));
    assert_true(can(STATE_OPEN, REASON_SYN_ACK, DISPOSITION_UNKNOWN)); /* no window: a filter's? */
    assert_true(can(STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE));
    assert_true(can(STATE_CLOSED, REASON_RESET, DISPOSITION_REJECT));
    assert_true(can(STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP));
    assert_true(can(STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT));
    assert_true(can(STATE_UNKNOWN, REASON_LOCAL_FIREWALL, DISPOSITION_UNKNOWN));
    assert_true(can(STATE_UNKNOWN, REASON_SYN_ACK, DISPOSITION_UNKNOWN));
}

static void test_lies(void **state)
{
    struct verdict open = said(STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT);

    (void)state;
    for (unsigned reason = 0; reason < REASON_COUNT; reason++) {
        if (reason == REASON_OTHER)
            continue;
        assert_int_equal(can(STATE_OPEN, (enum verdict_reason)reason, DISPOSITION_ACCEPT),
                         reason == REASON_SYN_ACK);
        assert_int_equal(can(STATE_CLOSED, (enum verdict_reason)reason, DISPOSITION_REFUSE),
                         reason == REASON_RESET);
        assert_int_equal(can(STATE_FILTERED, (enum verdict_reason)reason, DISPOSITION_DROP),
                         reason != REASON_SYN_ACK && reason != REASON_RESET);
    }
    assert_false(can(STATE_OPEN, REASON_SYN_ACK, DISPOSITION_DROP));
    assert_false(can(STATE_CLOSED, REASON_RESET, DISPOSITION_ACCEPT));
    assert_false(can(STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_ACCEPT));
    assert_false(can(STATE_UNKNOWN, REASON_LOCAL_FIREWALL, DISPOSITION_ACCEPT));
    open.rtt_ns = VERDICT_NO_RTT; /* its clock was set, or its own NAT hid the SYN */
    assert_true(verdict_is_consistent(&open));
    open.sent = 0;
    assert_false(verdict_is_consistent(&open));
}

static void test_a_newer_prober_has_other_words(void **state)
{
    (void)state;
    assert_true(can(STATE_OPEN, REASON_OTHER, DISPOSITION_DROP));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truths),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_a_newer_prober_has_other_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
