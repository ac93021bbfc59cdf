/* SPDX-License-Identifier: BSD-2-Clause */
/* From packets to observations: of the host at hop 3, whose echo reply arrives with TTL 62.
 * test_observations_of_resets.c has what only resets show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "prober/evidence/observations.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

static value_set seen_of(const struct findings *f, enum observation observation)
{
    value_set seen[OBS_COUNT];

    observations_make(f, seen);
    return seen[observation];
}

static struct observed answered(struct observed_answer answer)
{
    struct observed observed = judge_probe(false);

    judge_answer(&observed, &observed.dst, answer);
    return observed;
}

static void test_nothing(void **state)
{
    struct observed silent = judge_probe(false);
    value_set seen[OBS_COUNT];

    (void)state;
    observations_make(&(struct findings){.observed = &silent}, seen);
    for (unsigned i = 0; i < OBS_COUNT; i++)
        assert_int_equal(seen[i], i == OBS_REPLY ? REPLY_NONE : NOT_SEEN);
}

static void test_replies(void **state)
{
    static const struct {
        bool ipv6, by_target;
        enum answer_kind kind;
        uint8_t type, code;
        value_set value;
    } rows[] = {
        {false, true, ANSWER_SYN_ACK, 0, 0, REPLY_SYN_ACK},
        {true, true, ANSWER_RESET, 0, 0, REPLY_RESET},
        {false, true, ANSWER_UNREACHABLE, 3, 13, REPLY_FILTER_BY_TARGET},
        {false, false, ANSWER_UNREACHABLE, 3, 13, REPLY_FILTER_BY_OTHER},
        {true, true, ANSWER_UNREACHABLE, 1, 4, REPLY_FILTER_BY_TARGET},
        {true, false, ANSWER_UNREACHABLE, 1, 1, REPLY_FILTER_BY_OTHER},
        {false, true, ANSWER_UNREACHABLE, 3, 2, REPLY_NO_PROTOCOL},
        {false, false, ANSWER_UNREACHABLE, 3, 2, REPLY_FILTER_BY_OTHER},
        {true, true, ANSWER_UNREACHABLE, 4, 1, REPLY_NO_PROTOCOL},
        {true, false, ANSWER_UNREACHABLE, 4, 1, REPLY_UNREACHABLE_BY_OTHER},
        {false, true, ANSWER_UNREACHABLE, 3, 1, REPLY_UNREACHABLE_BY_TARGET},
        {true, false, ANSWER_UNREACHABLE, 1, 3, REPLY_UNREACHABLE_BY_OTHER},
        {false, false, ANSWER_TTL_EXCEEDED, 11, 0, REPLY_EXPIRED},
        {true, true, ANSWER_TTL_EXCEEDED, 3, 0, REPLY_EXPIRED_AT_TARGET},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(rows[i].ipv6);
        const struct addr *router = rows[i].ipv6 ? &frame_router6 : &frame_router4;
        judge_answer(&observed, rows[i].by_target ? &observed.dst : router,
                     (struct observed_answer){.kind = (uint8_t)rows[i].kind,
                                              .ttl = 62,
                                              .icmp_type = rows[i].type,
                                              .icmp_code = rows[i].code});
        if (seen_of(&(struct findings){.observed = &observed}, OBS_REPLY) != rows[i].value)
            fail_msg("row %u", i);
    }
}

static void test_the_ttl_beside_the_echos(void **state)
{
    static const struct {
        uint8_t ttl, echo_ttl;
        bool on_link;
        value_set value;
    } rows[] = {
        {62, 62, false, TTL_SAME},       {63, 62, false, TTL_NEARER},
        {61, 62, false, TTL_FARTHER},    {126, 62, false, TTL_OTHER_BASE},
        {64, 62, false, TTL_FIRST_HOP},  {64, 62, true, TTL_NEARER},
        {255, 62, false, TTL_FIRST_HOP}, {64, 64, true, TTL_SAME},
        {64, 64, false, NOT_SEEN}, /* our first router may answer for everybody */
        {255, 64, true, TTL_OTHER_BASE}, {255, 64, false, TTL_OTHER_BASE},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed =
            answered((struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = rows[i].ttl});
        struct echo echo = judge_echo(rows[i].echo_ttl), silent = {0};
        struct findings f = {.observed = &observed,
                             .echo = &echo,
                             .route = rows[i].on_link ? ROUTE_ATTACHED : ROUTE_FAR};
        if (seen_of(&f, OBS_TTL) != rows[i].value)
            fail_msg("%u beside %u: %#x", rows[i].ttl, rows[i].echo_ttl, seen_of(&f, OBS_TTL));
        f.echo = &silent;
        assert_int_equal(seen_of(&f, OBS_TTL), NOT_SEEN);
        f.echo = NULL;
        assert_int_equal(seen_of(&f, OBS_TTL), NOT_SEEN);
    }
}

/* A SYN that goes as far as the host's is answered there, or one hop before it: from nearer only
 * by a way of its own.  And the echo is no measure where the target's address passes it on. */
static void test_what_is_too_near(void **state)
{
    static const struct {
        uint8_t ttl, first; /* of the answer; the first hop that answers SYNs */
        bool passes_on;     /* the echo request expired in the target's name */
        value_set ttl_seen, reach_seen;
    } rows[] = {
        {60, 5, false, TTL_SAME, REACH_SAME},
        {61, 5, false, TTL_NEARER, REACH_SAME}, /* a router before it, which counts first */
        {62, 5, false, TTL_TOO_NEAR, REACH_SAME},
        {62, 3, false, TTL_NEARER, REACH_BEFORE},
        {61, 4, false, TTL_NEARER, REACH_BEFORE},
        {61, 4, true, TTL_TOO_NEAR, REACH_BEFORE_ECHO},
        {60, 5, true, TTL_SAME, REACH_SAME},
        {59, 6, true, TTL_FARTHER, REACH_BEHIND},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed =
            answered((struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = rows[i].ttl});
        struct ttl_probe walk = judge_walk(rows[i].first, &frame_router4, &frame_them4);
        struct echo echo = judge_echo(60);
        struct findings f = {.observed = &observed, .ttl_probe = &walk, .echo = &echo};
        judge_echo_at(&echo, 4, ECHO_EXPIRED);
        echo.attempts[1].at_target = rows[i].passes_on;
        judge_echo_at(&echo, 5, ECHO_REPLIED);
        if (seen_of(&f, OBS_TTL) != rows[i].ttl_seen ||
            seen_of(&f, OBS_REACH) != rows[i].reach_seen)
            fail_msg("row %u: %#x, %#x", i, seen_of(&f, OBS_TTL), seen_of(&f, OBS_REACH));
    }
}

/* A router's own error has a TTL of its own, which says nothing of the target. */
static void test_a_routers_distance_is_not_the_targets(void **state)
{
    struct observed observed = judge_probe(false);
    struct ttl_probe walk = judge_walk(3, &frame_router4, &frame_them4);
    struct echo echo = judge_echo(62);
    struct findings f = {.observed = &observed, .ttl_probe = &walk, .echo = &echo};

    (void)state;
    judge_echo_at(&echo, 2, ECHO_EXPIRED);
    judge_echo_at(&echo, 3, ECHO_REPLIED);
    judge_answer(&observed, &frame_router4,
                 (struct observed_answer){
                     .kind = ANSWER_UNREACHABLE, .ttl = 64, .icmp_type = 3, .quoted_ttl = 64});
    assert_int_equal(seen_of(&f, OBS_TTL), NOT_SEEN);
    assert_int_equal(seen_of(&f, OBS_REACH), NOT_SEEN);
    assert_int_equal(seen_of(&f, OBS_NAT), NOT_SEEN);
    observed.extra->answers[0].from = observed.dst;
    assert_int_equal(seen_of(&f, OBS_TTL), TTL_FIRST_HOP);
    assert_int_equal(seen_of(&f, OBS_REACH), REACH_BEFORE);
    assert_int_equal(seen_of(&f, OBS_NAT), NAT_NOT_HERE);
}

/* TIME EXCEEDED for our SYN, in the target's own name. */
static void test_the_targets_name_on_the_way(void **state)
{
    static const struct {
        unsigned named; /* the hop with the target's address; 0: none */
        unsigned first; /* that answers SYNs */
        uint8_t echo;   /* the hop that replies to echoes; 0: only the TTL is known */
        value_set value;
    } rows[] = {
        {3, 4, 3, NAT_AT_TARGET},
        {4, 6, 3, NAT_AT_TARGET},
        {2, 4, 3, NAT_EARLY},
        {2, 4, 0, NAT_EARLY | NAT_AT_TARGET},
        {3, 4, 0, NAT_EARLY | NAT_AT_TARGET},
        {0, 3, 3, NAT_NOT_HERE},
        {0, 4, 3, NAT_NOT_HERE},
        {0, 3, 0, NOT_SEEN},
    };
    struct observed observed =
        answered((struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 62});

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct ttl_probe walk = judge_walk(rows[i].first, &frame_router4, &frame_them4);
        struct echo echo = judge_echo(62);
        struct findings f = {.observed = &observed, .ttl_probe = &walk, .echo = &echo};
        if (rows[i].echo != 0) {
            judge_echo_at(&echo, (uint8_t)(rows[i].echo - 1), ECHO_EXPIRED);
            judge_echo_at(&echo, rows[i].echo, ECHO_REPLIED);
        }
        if (rows[i].named != 0)
            walk.hops[rows[i].named].from = observed.dst;
        if (seen_of(&f, OBS_NAT) != rows[i].value)
            fail_msg("row %u: %#x", i, seen_of(&f, OBS_NAT));
        f.ttl_probe = NULL;
        assert_int_equal(seen_of(&f, OBS_NAT), NOT_SEEN);
    }
}

static void test_flows(void **state)
{
    static const struct {
        unsigned more; /* flows, answered like this */
        enum answer_kind kind;
        uint8_t ttl;
        value_set value;
    } rows[] = {
        {0, 0, 0, FLOWS_ONE},
        {2, ANSWER_RESET, 62, FLOWS_ONE}, /* may be chance */
        {3, ANSWER_RESET, 62, FLOWS_AGREE},
        {1, ANSWER_RESET, 61, FLOWS_DIFFER},
        {1, ANSWER_UNREACHABLE, 62, FLOWS_DIFFER},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed =
            answered((struct observed_answer){.kind = ANSWER_RESET, .ttl = 62});
        for (unsigned flow = 1; flow <= rows[i].more; flow++)
            judge_flow(&observed, flow, &observed.dst,
                       (struct observed_answer){.kind = (uint8_t)rows[i].kind, .ttl = rows[i].ttl});
        assert_int_equal(seen_of(&(struct findings){.observed = &observed}, OBS_FLOWS),
                         rows[i].value);
    }
}

/* A stack always does the same with IP ID, DF, label and window: what differs is another's. */
static void test_resets_of_two_machines(void **state)
{
    (void)state;
    for (unsigned differ = 0; differ < 2; differ++) {
        struct observed observed = judge_probe(false);
        observed.attempt_count = 2;
        observed_set_egress(&observed, 1, NS_PER_S + NS_PER_MS);
        for (unsigned n = 0; n < 2; n++) {
            unsigned flow = observed_flow(n);
            struct packet reset = judge_packet("host-rst4", 2 * NS_PER_S);
            reset.src = observed.dst;
            reset.dst = observed.src;
            reset.tcp.sport = observed.dport;
            reset.tcp.dport = observed.sports[flow];
            reset.tcp.ack = observed.seqs[flow] + 1;
            reset.ip_id = (uint16_t)(n * differ * 77);
            assert_int_equal(observed_on_packet(&observed, &reset), OBSERVED_ANSWERED);
        }
        assert_int_equal(seen_of(&(struct findings){.observed = &observed}, OBS_FLOWS),
                         differ != 0 ? FLOWS_DIFFER : FLOWS_ONE);
    }
}

/* Another port whose flows differ shows ways of different length, too. */
static void test_the_flows_of_another_port(void **state)
{
    struct observed observed = answered((struct observed_answer){.kind = ANSWER_RESET, .ttl = 62});
    struct observed other = judge_probe(false);
    struct findings f = {.observed = &observed, .others = {&other}, .other_count = 1};

    (void)state;
    for (unsigned flow = 1; flow < SYN_SCHEDULE_FLOWS; flow++)
        judge_flow(&observed, flow, &observed.dst,
                   (struct observed_answer){.kind = ANSWER_RESET, .ttl = 62});
    assert_int_equal(seen_of(&f, OBS_FLOWS), FLOWS_AGREE);
    judge_answer(&other, &other.dst, (struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 60});
    assert_int_equal(seen_of(&f, OBS_FLOWS), FLOWS_AGREE); /* another program's TTL */
    judge_flow(&other, 1, &other.dst, (struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 59});
    assert_int_equal(seen_of(&f, OBS_FLOWS), FLOWS_DIFFER);
}

/* Its TTL beside the hop at which echo requests arrive: who turns a request around in place
 * sends it off with what is left of its TTL. */
static void test_the_echo_itself(void **state)
{
    static const struct {
        uint8_t reply_ttl, hop;
        value_set value;
    } rows[] = {
        {62, 3, ECHO_AS_FAR},    {126, 3, ECHO_AS_FAR},    {253, 3, ECHO_AS_FAR},
        {60, 3, ECHO_IN_PLACE},  {64, 1, ECHO_AS_FAR},     {54, 6, ECHO_IN_PLACE},
        {61, 3, ECHO_OTHER_TTL}, {200, 3, ECHO_OTHER_TTL}, {62, 0, NOT_SEEN},
    };
    struct observed observed =
        answered((struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 62});

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct echo echo = judge_echo(rows[i].reply_ttl);
        if (rows[i].hop > 1)
            judge_echo_at(&echo, (uint8_t)(rows[i].hop - 1), ECHO_EXPIRED);
        if (rows[i].hop > 0)
            judge_echo_at(&echo, rows[i].hop, ECHO_REPLIED);
        if (seen_of(&(struct findings){.observed = &observed, .echo = &echo}, OBS_ECHO) !=
            rows[i].value)
            fail_msg("TTL %u from hop %u", rows[i].reply_ttl, rows[i].hop);
    }
}

static void test_delays(void **state)
{
    static const struct {
        enum answer_kind kind;
        unsigned after_ms, echo_ms;
        uint8_t icmp_code;
        value_set value;
    } rows[] = {
        {ANSWER_RESET, 50, 50, 1, DELAY_AS_ECHO},
        {ANSWER_RESET, 10, 130, 1, DELAY_EARLY},
        {ANSWER_RESET, 10, 50, 1, DELAY_AS_ECHO}, /* a queue held the echo */
        {ANSWER_RESET, 25, 50, 1, DELAY_AS_ECHO},
        {ANSWER_RESET, 1, 9, 1, DELAY_AS_ECHO},
        {ANSWER_RESET, 500, 50, 1, DELAY_AS_ECHO},
        {ANSWER_RESET, 50, 0, 1, NOT_SEEN},
        {ANSWER_SYN_ACK, 10, 50, 1, NOT_SEEN},
        {ANSWER_UNREACHABLE, 50, 50, 1, DELAY_AS_ECHO},
        {ANSWER_UNREACHABLE, 3050, 50, 1, DELAY_GIVEN_UP},
        {ANSWER_UNREACHABLE, 3050, 50, 13, DELAY_AS_ECHO}, /* a filter has nothing to search */
        {ANSWER_TTL_EXCEEDED, 3050, 50, 0, DELAY_AS_ECHO},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed =
            answered((struct observed_answer){.kind = (uint8_t)rows[i].kind,
                                              .ttl = 62,
                                              .icmp_type = 3,
                                              .icmp_code = rows[i].icmp_code,
                                              .time_ns = NS_PER_S + rows[i].after_ms * NS_PER_MS});
        struct echo echo = judge_echo(62);
        struct findings f = {.observed = &observed, .echo = &echo};
        echo.rtt_ns = rows[i].echo_ms * NS_PER_MS;
        if (seen_of(&f, OBS_DELAY) != rows[i].value)
            fail_msg("row %u: %#x", i, seen_of(&f, OBS_DELAY));
        observed.extra->answers[0].attempt = OBSERVED_NO_ATTEMPT; /* to which SYN? */
        assert_int_equal(seen_of(&f, OBS_DELAY), NOT_SEEN);
    }
}

static void test_company(void **state)
{
    static const struct {
        enum answer_kind kind;
        bool by_target, echo, control;
        uint8_t code;
        value_set value;
        bool life;
    } rows[] = {
        {0, false, false, false, 0, OTHERS_NONE, false},
        {0, false, true, false, 0, OTHERS_ALIVE, false},
        {ANSWER_RESET, true, false, false, 0, OTHERS_ALIVE, true},
        {ANSWER_SYN_ACK, true, false, false, 0, OTHERS_ALIVE, true},
        {ANSWER_UNREACHABLE, true, false, false, 13, OTHERS_NONE, true},
        {ANSWER_UNREACHABLE, false, false, false, 13, OTHERS_NONE, false},
        {ANSWER_UNREACHABLE, false, false, false, 1, OTHERS_UNREACHABLE, false},
        {ANSWER_UNREACHABLE, true, false, false, 1, OTHERS_NONE,
         false}, /* a dead host behind NAT */
        {ANSWER_RESET, true, false, true, 0, OTHERS_NONE, true},
    };
    struct observed observed =
        answered((struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 62});

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed other = judge_probe(false);
        struct echo echo = judge_echo(62), silent = {0};
        struct findings f = {.observed = &observed, .echo = rows[i].echo ? &echo : &silent};
        if (rows[i].kind != 0)
            judge_answer(&other, rows[i].by_target ? &other.dst : &frame_router4,
                         (struct observed_answer){.kind = (uint8_t)rows[i].kind,
                                                  .ttl = 62,
                                                  .icmp_type = 3,
                                                  .icmp_code = rows[i].code});
        if (rows[i].control)
            f.control = &other;
        else
            f.others[f.other_count++] = &other;
        if (seen_of(&f, OBS_OTHERS) != rows[i].value || observations_show_life(&f) != rows[i].life)
            fail_msg("row %u: %#x", i, seen_of(&f, OBS_OTHERS));
    }
}

static void test_window_and_options(void **state)
{
    static const enum answer_kind kinds[] = {ANSWER_SYN_ACK, ANSWER_RESET, ANSWER_UNREACHABLE};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++)
        for (unsigned bits = 0; bits < 4; bits++) {
            struct observed observed =
                answered((struct observed_answer){.kind = (uint8_t)kinds[i],
                                                  .ttl = 62,
                                                  .icmp_type = 3,
                                                  .window_zero = (bits & 1) != 0,
                                                  .no_options = (bits & 2) != 0});
            struct findings f = {.observed = &observed};
            bool tcp = kinds[i] != ANSWER_UNREACHABLE;
            assert_int_equal(seen_of(&f, OBS_WINDOW), !tcp              ? NOT_SEEN
                                                      : (bits & 1) != 0 ? WINDOW_ZERO
                                                                        : WINDOW_OPEN);
            assert_int_equal(seen_of(&f, OBS_OPTIONS), !tcp              ? NOT_SEEN
                                                       : (bits & 2) != 0 ? OPTIONS_NONE
                                                                         : OPTIONS_SOME);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_the_ttl_beside_the_echos),
        cmocka_unit_test(test_what_is_too_near),
        cmocka_unit_test(test_a_routers_distance_is_not_the_targets),
        cmocka_unit_test(test_the_targets_name_on_the_way),
        cmocka_unit_test(test_flows),
        cmocka_unit_test(test_resets_of_two_machines),
        cmocka_unit_test(test_the_flows_of_another_port),
        cmocka_unit_test(test_the_echo_itself),
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_company),
        cmocka_unit_test(test_window_and_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
