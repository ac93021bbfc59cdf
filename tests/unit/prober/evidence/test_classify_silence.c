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
        bool bad_ack, ack_answered;
        struct host_profile profile;
        enum verdict_confidence confidence;
        uint64_t evidence;
    } rows[] = {
        {"nothing", false, false, {0}, CONFIDENCE_GUESS, FACT(NO_SIGN_OF_LIFE)},
        {"alive",
         false,
         false,
         {.others_answered = true},
         CONFIDENCE_LIKELY,
         FACT(OTHER_PORT_ANSWERED)},
        {"pings", false, false, {.echo_replied = true}, CONFIDENCE_LIKELY, FACT(ECHO_ANSWERED)},
        {"bad ack: anybody may have sent it",
         true,
         false,
         {0},
         CONFIDENCE_GUESS,
         FACT(NO_SIGN_OF_LIFE) | FACT(BAD_ACK_IGNORED)},
        {"alive and bad ack",
         true,
         false,
         {.others_answered = true},
         CONFIDENCE_LIKELY,
         FACT(OTHER_PORT_ANSWERED) | FACT(BAD_ACK_IGNORED)},
        {"19: only SYNs are dropped",
         false,
         true,
         {.has_ttl = true, .ttl = 62},
         CONFIDENCE_LIKELY,
         FACT(ACK_PROBE_ANSWERED)},
        {"the ACK's RST is not the host's",
         false,
         true,
         {.has_ttl = true, .ttl = 60, .echo_replied = true},
         CONFIDENCE_LIKELY,
         FACT(ECHO_ANSWERED)},
        {"23: rejects come slowly",
         false,
         false,
         {.others_answered = true, .rejects_pause = true},
         CONFIDENCE_GUESS,
         FACT(OTHER_PORT_ANSWERED) | FACT(RATE_LIMIT_SUSPECTED)},
        {"two of three SYNs lost: too little to go by",
         false,
         false,
         {.others_answered = true, .sends = 3, .losses = 2},
         CONFIDENCE_LIKELY,
         FACT(OTHER_PORT_ANSWERED)},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct verdict want = judge_unanswered(STATE_FILTERED, REASON_NO_RESPONSE);
        observed.bad_ack = rows[i].bad_ack;
        observed.ack_answered = rows[i].ack_answered;
        observed.ack_ttl = 62;
        want.disposition = DISPOSITION_DROP;
        want.confidence = rows[i].confidence;
        want.evidence = rows[i].evidence;
        want.sent = 1;
        judge_expect(rows[i].name, &(struct findings){&observed, NULL, NULL, &rows[i].profile},
                     want);
    }
}

/* 24 and A4: what is no verdict about the target. */
static void test_silence_that_proves_nothing(void **state)
{
    static const struct host_profile lossy = {.others_answered = true, .sends = 6, .losses = 5};
    static const struct host_profile nothing = {0};
    static const struct {
        const char *name;
        bool stale;
        uint8_t planned;
        int error;
        const struct host_profile *profile;
        enum verdict_reason reason;
        enum verdict_actor actor;
    } rows[] = {
        {"an old connection only", true, 1, 0, &nothing, REASON_NO_RESPONSE, ACTOR_UNKNOWN},
        {"one of two SYNs never left", false, 2, 0, &nothing, REASON_SEND_FAILED, ACTOR_LOCAL},
        {"one was refused", false, 2, EPERM, &nothing, REASON_LOCAL_FIREWALL, ACTOR_LOCAL},
        {"five of six SYNs to another port lost", false, 1, 0, &lossy, REASON_LOSSY_PATH,
         ACTOR_PATH},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct verdict want = judge_unanswered(STATE_UNKNOWN, rows[i].reason);
        observed.stale = rows[i].stale;
        observed.planned = rows[i].planned;
        observed.send_error = (int16_t)rows[i].error;
        want.actor = rows[i].actor;
        want.confidence = rows[i].actor == ACTOR_LOCAL ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
        want.evidence = rows[i].stale ? FACT(STALE_CONNECTION) : 0;
        want.sent = 1;
        judge_expect(rows[i].name, &(struct findings){&observed, NULL, NULL, rows[i].profile},
                     want);
    }
}

/* 18, 20 and 21: how far a trace of a silent port comes, and what the hop behind makes of
 * echoes.  One letter a hop: a to h are routers, N is the target's address, - silent. */
static void test_silence_behind_a_hop(void **state)
{
    static const struct {
        const char *name;
        const char *hops;
        enum echo_outcome next; /* of an echo to the hop behind the last */
        int16_t last_hop, silent_from, actor_hop;
        enum verdict_actor actor;
        enum verdict_confidence confidence;
        uint64_t evidence;
    } rows[] = {
        {"nobody", "", ECHO_SILENT, 0, 1, -1, ACTOR_UNKNOWN, CONFIDENCE_LIKELY, 0},
        {"20: after hop 2", "ab", ECHO_SILENT, 2, 3, -1, ACTOR_UNKNOWN, CONFIDENCE_LIKELY, 0},
        {"20: which forwards echoes", "ab", ECHO_EXPIRED, 2, 3, -1, ACTOR_UNKNOWN,
         CONFIDENCE_CERTAIN, FACT(NEXT_HOP_ANSWERS)},
        {"20: which may be the target", "ab", ECHO_REPLIED, 2, 3, -1, ACTOR_UNKNOWN,
         CONFIDENCE_LIKELY, FACT(NEXT_HOP_ANSWERS)},
        {"a silent router between", "a-c", ECHO_SILENT, 3, 4, -1, ACTOR_UNKNOWN, CONFIDENCE_LIKELY,
         0},
        {"21: the target's own address", "aN", ECHO_SILENT, 2, 3, 3, ACTOR_BEHIND_NAT,
         CONFIDENCE_LIKELY, FACT(TTL_EXPIRED_AT_TARGET)},
        {"21: and routers behind it in its name", "aNNNN", ECHO_SILENT, 5, 6, 6, ACTOR_BEHIND_NAT,
         CONFIDENCE_LIKELY, FACT(TTL_EXPIRED_AT_TARGET)},
        {"18: a loop", "abab", ECHO_SILENT, 4, 5, -1, ACTOR_UNKNOWN, CONFIDENCE_LIKELY,
         FACT(ROUTING_LOOP)},
    };
    static const struct host_profile pings = {.has_ttl = true, .ttl = 60, .echo_replied = true};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct verdict want = judge_unanswered(STATE_FILTERED, REASON_NO_RESPONSE);
        struct verdict got;
        struct ttl_probe ttl_probe;
        struct echo echo = {.attempts = {{(uint8_t)(rows[i].last_hop + 1), (uint8_t)rows[i].next}},
                            .attempt_count = 1};
        ttl_probe_begin_trace(&ttl_probe, 1, 0, TTL_PROBE_HOPS_MAX, 0);
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
        judge_expect(rows[i].name, &(struct findings){&observed, &ttl_probe, &echo, &pings}, want);
        classify(&(struct findings){&observed, &ttl_probe, &echo, &pings}, &got);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_silence_that_proves_nothing),
        cmocka_unit_test(test_silence_behind_a_hop),
        cmocka_unit_test(test_what_we_cannot_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
