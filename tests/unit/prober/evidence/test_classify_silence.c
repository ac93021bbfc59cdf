/* SPDX-License-Identifier: BSD-2-Clause */
/* What silence means: with our SYNs gone out, and without. */
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

/* Silence is a verdict only if our SYNs went out and nothing was lost here; only
 * a target that sent nothing at all shows no sign of life. */
static void test_silence(void **state)
{
    static const struct {
        const char *name;
        bool ack_answered;
        uint8_t echo_ttl; /* of its reply; 0: none */
        bool other, limit_reached, was_open;
        enum verdict_disposition disposition;
        enum verdict_confidence confidence;
        uint64_t evidence;
    } rows[] = {
        {"nothing", false, 0, false, false, false, DISPOSITION_DROP, CONFIDENCE_GUESS,
         FACT(NO_SIGN_OF_LIFE)},
        {"alive", false, 0, true, false, false, DISPOSITION_DROP, CONFIDENCE_LIKELY,
         FACT(OTHER_PORT_ANSWERED)},
        {"pings", false, 62, false, false, false, DISPOSITION_DROP, CONFIDENCE_LIKELY,
         FACT(ECHO_ANSWERED)},
        {"19: only SYNs are dropped", true, 62, false, false, false, DISPOSITION_DROP,
         CONFIDENCE_LIKELY, FACT(ACK_PROBE_ANSWERED) | FACT(ECHO_ANSWERED)},
        {"the ACK's RST is not the host's", true, 60, false, false, false, DISPOSITION_DROP,
         CONFIDENCE_LIKELY, FACT(ECHO_ANSWERED)},
        {"nor without an echo to compare it with", true, 0, false, false, false, DISPOSITION_DROP,
         CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE)},
        {"23: a limit was reached", false, 0, true, true, false, DISPOSITION_UNKNOWN,
         CONFIDENCE_GUESS, FACT(OTHER_PORT_ANSWERED) | FACT(RATE_LIMIT_SUSPECTED)},
        {"it was open seconds ago", false, 0, false, false, true, DISPOSITION_UNKNOWN,
         CONFIDENCE_GUESS, FACT(RECENTLY_OPEN) | FACT(RATE_LIMIT_SUSPECTED)},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false), other = judge_probe(false);
        struct echo echo = judge_echo(rows[i].echo_ttl);
        struct findings f = {.observed = &observed,
                             .others = {&other},
                             .other_count = 1,
                             .limit_reached = rows[i].limit_reached,
                             .was_open = rows[i].was_open};
        struct verdict want = judge_unanswered(STATE_FILTERED, REASON_NO_RESPONSE);
        if (rows[i].echo_ttl != 0)
            f.echo = &echo;
        if (rows[i].other)
            judge_answer(&other, &other.dst,
                         (struct observed_answer){.kind = ANSWER_RESET, .ttl = 62});
        observed.ack_answered = rows[i].ack_answered;
        observed.ack_ttl = 62;
        want.disposition = rows[i].disposition;
        want.confidence = rows[i].confidence;
        want.evidence = rows[i].evidence;
        want.sent = 1;
        judge_expect(rows[i].name, &f, want);
    }
}

/* What may be behind it: never fewer than these. */
static void test_what_silence_leaves(void **state)
{
    enum { DROPPED = 1, LOST = 2, LIMITER = 4, DOWN = 8, OVERLOADED = 16 };
    static const enum verdict_explanation words[] = {EXPLANATION_DROPPED, EXPLANATION_REPLIES_LOST,
                                                     EXPLANATION_LIMITER, EXPLANATION_HOST_DOWN,
                                                     EXPLANATION_LISTENER_OVERLOADED};
    static const struct {
        bool echo, ack;
        unsigned left;
    } rows[] = {
        {false, false, DROPPED | LOST | LIMITER | OVERLOADED | DOWN},
        {true, false,
         DROPPED | LOST | LIMITER | OVERLOADED | DOWN}, /* another may reply to echoes */
        {false, true,
         DROPPED | LOST | LIMITER | OVERLOADED | DOWN}, /* a filter may reset lone ACKs */
        {true, true, DROPPED | LOST | LIMITER | OVERLOADED},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct echo echo = judge_echo(62);
        uint64_t want = UINT64_C(1) << EXPLANATION_GROUP_MEMBER;
        struct verdict v;
        observed.ack_answered = rows[i].ack;
        observed.ack_ttl = 62;
        classify(&(struct findings){.observed = &observed, .echo = rows[i].echo ? &echo : NULL},
                 &v);
        for (unsigned k = 0; k < ARRAY_LEN(words); k++)
            want |= (rows[i].left >> k & 1) != 0 ? UINT64_C(1) << words[k] : 0;
        assert_int_equal(v.explanations, want);
    }
}

/* Another port's answer shows that the target lives, unless our SYNs are known to go on far behind
 * the hop from which it came; and only one from as far as the echo's that nothing else does. */
static void test_whose_life_another_port_shows(void **state)
{
    static const struct {
        uint8_t ttl, echo_ttl; /* of the other port's RST; 0: no reply */
        unsigned forwarders;   /* 0: no trace */
        bool alive, may_be_down;
    } rows[] = {
        {63, 0, 0, true, true},   {63, 0, 4, false, true}, {62, 0, 4, true, true},
        {60, 60, 4, true, false}, {63, 60, 0, true, true},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false), other = judge_probe(false);
        struct echo echo = judge_echo(rows[i].echo_ttl);
        struct ttl_probe walk = judge_walk(rows[i].forwarders + 1, &frame_router4, &frame_them4);
        struct findings f = {.observed = &observed, .others = {&other}, .other_count = 1};
        struct verdict v;
        for (unsigned hop = rows[i].forwarders + 1; hop <= TTL_PROBE_HOPS_MAX; hop++)
            walk.hops[hop].outcome = TTL_PROBE_SILENT;
        f.ttl_probe = rows[i].forwarders != 0 ? &walk : NULL;
        f.echo = rows[i].echo_ttl != 0 ? &echo : NULL;
        judge_answer(&other, &other.dst,
                     (struct observed_answer){.kind = ANSWER_RESET, .ttl = rows[i].ttl});
        classify(&f, &v);
        if (((v.evidence & FACT(OTHER_PORT_ANSWERED)) != 0) != rows[i].alive ||
            (v.confidence == CONFIDENCE_GUESS) == rows[i].alive ||
            (v.explanations >> EXPLANATION_HOST_DOWN & 1) != rows[i].may_be_down)
            fail_msg("row %u", i);
        assert_int_equal(v.evidence & FACT(NO_SIGN_OF_LIFE), 0);
    }
}

/* Echoes between two that were replied to, by letter: r replied, - lost. */
static struct echo echoes(const char *fates)
{
    struct echo echo = {0};

    for (unsigned i = 0; i < strlen(fates); i++) {
        judge_echo_at(&echo, ECHO_FULL_TTL, fates[i] == 'r' ? ECHO_REPLIED : ECHO_SILENT);
        echo.replied = echo.replied || fates[i] == 'r';
    }
    return echo;
}

/* Loss is shown only between two replies: before the first a limit or a filter may have held
 * the echoes back, after the last as well. */
static void test_a_lossy_path(void **state)
{
    static const struct {
        const char *fates;
        unsigned losses, sent;
        bool lossy;
    } rows[] = {
        {"r---r", 3, 1, true},   {"r---r", 3, 8, true}, {"r--r", 2, 1, false},
        {"---r", 0, 1, false},   {"r---", 0, 1, false}, {"rrrrr", 0, 1, false},
        {"r-r-r-r", 3, 1, true}, {"", 0, 1, false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct echo echo = echoes(rows[i].fates);
        struct verdict v;
        assert_int_equal(echo_losses(&echo), rows[i].losses);
        for (unsigned n = 1; n < rows[i].sent && n < SYN_SCHEDULE_ATTEMPTS; n++)
            observed_set_egress(&observed, n, NS_PER_S + syn_schedule[n].at_ms * NS_PER_MS);
        observed.attempt_count = observed.planned =
            (uint8_t)(rows[i].sent < SYN_SCHEDULE_ATTEMPTS ? rows[i].sent : SYN_SCHEDULE_ATTEMPTS);
        classify(&(struct findings){.observed = &observed, .echo = &echo}, &v);
        if ((v.reason == REASON_LOSSY_PATH) != rows[i].lossy ||
            (v.state == STATE_UNKNOWN) != rows[i].lossy)
            fail_msg("%s: %s", rows[i].fates, verdict_reason_name(v.reason));
    }
}

/* What keeps silence from being a verdict about the target. */
static void test_silence_that_proves_nothing(void **state)
{
    static const struct {
        const char *name;
        uint8_t planned;
        int error;
        enum verdict_reason reason;
        enum verdict_actor actor;
    } rows[] = {
        {"one of two SYNs never left", 2, 0, REASON_SEND_FAILED, ACTOR_LOCAL},
        {"one was refused", 2, EPERM, REASON_LOCAL_FIREWALL, ACTOR_LOCAL},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct verdict want = judge_unanswered(STATE_UNKNOWN, rows[i].reason);
        observed.planned = rows[i].planned;
        observed.send_error = (int16_t)rows[i].error;
        want.actor = rows[i].actor;
        want.confidence = rows[i].actor == ACTOR_LOCAL ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
        want.sent = 1;
        judge_expect_alone(rows[i].name, &observed, want);
    }
}

/* How far a trace of a silent port comes, and what the hop behind makes of
 * echoes.  One letter a hop: a to h are routers, N is the target's address, - silent. */
static void test_silence_behind_a_hop(void **state)
{
    static const struct {
        const char *name;
        const char *hops;
        uint8_t echo_ttl;       /* the target stands at hop 65 less this */
        enum echo_outcome next; /* of an echo to the hop behind the last */
        int16_t last_hop, silent_from, actor_hop;
        enum verdict_actor actor;
        enum verdict_confidence confidence;
        uint64_t evidence;
    } rows[] = {
        {"nobody", "", 60, ECHO_SILENT, 0, 1, -1, ACTOR_UNKNOWN, CONFIDENCE_LIKELY, 0},
        {"20: after hop 2", "ab", 60, ECHO_SILENT, 2, 3, -1, ACTOR_UNKNOWN, CONFIDENCE_LIKELY, 0},
        {"20: which forwards echoes", "ab", 60, ECHO_EXPIRED, 2, 3, -1, ACTOR_UNKNOWN,
         CONFIDENCE_LIKELY, FACT(NEXT_HOP_ANSWERS)},
        {"20: which may be the target", "ab", 60, ECHO_REPLIED, 2, 3, -1, ACTOR_UNKNOWN,
         CONFIDENCE_LIKELY, FACT(NEXT_HOP_ANSWERS)},
        {"a silent router between", "a-c", 60, ECHO_SILENT, 3, 4, -1, ACTOR_UNKNOWN,
         CONFIDENCE_LIKELY, 0},
        {"21: the target's own address", "aN", 63, ECHO_SILENT, 2, 3, -1, ACTOR_BEHIND_NAT,
         CONFIDENCE_LIKELY, FACT(TTL_EXPIRED_AT_TARGET)},
        {"21: and routers behind it in its name", "aNNNN", 63, ECHO_SILENT, 2, -1, -1,
         ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY, FACT(TTL_EXPIRED_AT_TARGET)},
        {"a router speaks in the name of a target behind it", "aN", 60, ECHO_SILENT, 2, 3, -1,
         ACTOR_UNKNOWN, CONFIDENCE_LIKELY, 0},
        {"the TTL is shortened: no loop", "abbbb", 60, ECHO_SILENT, 2, -1, -1, ACTOR_UNKNOWN,
         CONFIDENCE_LIKELY, 0},
        {"18: a loop", "abab", 60, ECHO_SILENT, 4, 5, -1, ACTOR_UNKNOWN, CONFIDENCE_LIKELY,
         FACT(ROUTING_LOOP)},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct verdict want = judge_unanswered(STATE_FILTERED, REASON_NO_RESPONSE);
        struct verdict got;
        struct ttl_probe ttl_probe;
        struct echo echo = judge_echo(rows[i].echo_ttl);
        struct findings f = {.observed = &observed, .ttl_probe = &ttl_probe, .echo = &echo};
        judge_echo_at(&echo, (uint8_t)(rows[i].last_hop + 1), rows[i].next);
        ttl_probe_begin_trace(&ttl_probe, 1, 0, TTL_PROBE_HOPS_MAX, 0);
        for (unsigned hop = 1; hop <= TTL_PROBE_HOPS_MAX; hop++)
            ttl_probe.hops[hop].sends = 1;
        for (unsigned hop = 1; hop <= strlen(rows[i].hops); hop++) {
            char letter = rows[i].hops[hop - 1];
            ttl_probe.hops[hop].outcome = letter != '-' ? TTL_PROBE_EXCEEDED : TTL_PROBE_SILENT;
            ttl_probe.hops[hop].from = frame_router4;
            ttl_probe.hops[hop].from.bytes[3] = (uint8_t)letter;
            if (letter == 'N')
                ttl_probe.hops[hop].from = observed.dst;
        }
        want.disposition = DISPOSITION_DROP;
        want.actor = rows[i].actor;
        want.actor_hop = rows[i].actor_hop;
        want.confidence = rows[i].confidence;
        want.evidence = rows[i].evidence | FACT(ECHO_ANSWERED);
        want.sent = 1;
        judge_expect(rows[i].name, &f, want);
        classify(&f, &got);
        if (got.last_hop != rows[i].last_hop || got.silent_from != rows[i].silent_from)
            fail_msg("%s: last hop %d, silent from %d", rows[i].name, got.last_hop,
                     got.silent_from);
    }
}

static void test_what_we_cannot_tell(void **state)
{
    static const struct {
        const char *name;
        int error;
        bool egress, lost;
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
        struct observed observed = judge_probe(false);
        struct verdict want = judge_unanswered(STATE_UNKNOWN, rows[i].reason);
        observed.egress[0] = rows[i].egress;
        observed.send_error = (int16_t)rows[i].error;
        observed.capture_lost = rows[i].lost;
        want.actor = ACTOR_LOCAL;
        want.confidence = CONFIDENCE_CERTAIN;
        want.sent = rows[i].egress ? 1 : 0;
        judge_expect_alone(rows[i].name, &observed, want);
    }
}

/* A NAT puts its address to the errors of all routers behind it: the hop behind the first is not
 * silent. */
static void test_routers_of_one_name_are_not_silent(void **state)
{
    struct observed observed = judge_probe(false);
    struct ttl_probe walk = judge_walk(6, &frame_router4, &frame_them4);
    struct echo echo = judge_echo(62);
    struct verdict v;

    (void)state;
    walk.trace = true;
    for (unsigned hop = 3; hop <= TTL_PROBE_HOPS_MAX; hop++) {
        walk.hops[hop].from = observed.dst;
        walk.hops[hop].outcome = hop < 6 ? TTL_PROBE_EXCEEDED : TTL_PROBE_SILENT;
    }
    judge_echo_at(&echo, 4, ECHO_REPLIED);
    classify(&(struct findings){.observed = &observed, .ttl_probe = &walk, .echo = &echo}, &v);
    assert_int_equal(v.last_hop, 3);
    assert_int_equal(v.silent_from, VERDICT_UNKNOWN_HOP);
    assert_int_equal(v.evidence & FACT(NEXT_HOP_ANSWERS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_what_silence_leaves),
        cmocka_unit_test(test_whose_life_another_port_shows),
        cmocka_unit_test(test_a_lossy_path),
        cmocka_unit_test(test_silence_that_proves_nothing),
        cmocka_unit_test(test_silence_behind_a_hop),
        cmocka_unit_test(test_what_we_cannot_tell),
        cmocka_unit_test(test_routers_of_one_name_are_not_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
