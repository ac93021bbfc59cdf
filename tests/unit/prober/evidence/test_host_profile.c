/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of a target from its echoes, its other ports and the control port:
 * docs/verdicts.md, "How a verdict is reached". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "prober/evidence/host_profile.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

enum { TOS = 0x28 };

/* An answered echo of the full TTL. */
static struct echo echo_of(uint8_t ttl, uint8_t tos)
{
    return (struct echo){
        .attempts = {{ECHO_FULL_TTL, ECHO_REPLIED}},
        .attempt_count = 1,
        .replied = true,
        .reply_ttl = ttl,
        .reply_tos = tos,
    };
}

static void ask_at(struct echo *echo, uint8_t ttl, enum echo_outcome outcome)
{
    echo->attempts[echo->attempt_count++] = (struct echo_attempt){ttl, (uint8_t)outcome};
}

static struct observed port(struct observed_answer answer)
{
    struct observed observed = judge_probe(false);

    judge_answer(&observed, &observed.dst, answer);
    return observed;
}

static struct host_profile profile_of(const struct echo *echo, const struct observed *control,
                                      const struct observed *other)
{
    const struct host_profile_source source = {
        .echo = echo,
        .control = control,
        .others = {other},
        .other_count = other != NULL,
        .tos = TOS,
    };
    struct host_profile profile;

    host_profile_make(&source, &profile);
    return profile;
}

static void test_nothing_is_known_of_silence(void **state)
{
    struct echo echo = {.attempts = {{ECHO_FULL_TTL, ECHO_SILENT}}, .attempt_count = 1};
    struct observed silent = judge_probe(false);
    struct host_profile profile = profile_of(&echo, &silent, &silent);

    (void)state;
    assert_false(profile.has_ttl);
    assert_false(profile.echo_replied);
    assert_false(profile.others_answered);
    assert_false(profile.host_reflects);
    assert_int_equal(profile.sends, 0);
    profile = profile_of(NULL, NULL, NULL);
    assert_false(profile.has_ttl);
}

static void test_echoes(void **state)
{
    static const struct {
        uint8_t ttl, tos;
        int16_t hops;
        bool reflects, cleared;
    } rows[] = {
        {62, 0x28, 3, true, false},  {62, 0x2b, 3, true, false}, /* ECN bits don't count */
        {62, 0x00, 3, false, true},  {62, 0x03, 3, false, true},
        {62, 0x08, 3, true, false},  /* the precedence cleared on the way (RFC 9435) */
        {62, 0xc0, 3, false, false}, /* a router that marks all it sends */
        {62, 0x68, 3, false, false}, {127, 0x28, 2, true, false},
        {250, 0x28, 6, true, false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct echo echo = echo_of(rows[i].ttl, rows[i].tos);
        struct host_profile profile = profile_of(&echo, NULL, NULL);
        assert_true(profile.echo_replied);
        assert_true(profile.has_ttl);
        assert_int_equal(profile.ttl, rows[i].ttl);
        assert_int_equal(profile.hops, rows[i].hops);
        assert_int_equal(profile.echo_reflects, rows[i].reflects);
        assert_int_equal(profile.dscp_cleared, rows[i].cleared);
        assert_false(profile.host_reflects); /* an echo shows the way, not the TCP */
        assert_false(profile.hops_confirmed || profile.hops_disproved);
    }
}

/* Echoes with the TTL of the distance and one less. */
static void test_the_distance_by_echoes(void **state)
{
    static const struct {
        enum echo_outcome before, there;
        bool confirmed, disproved;
    } rows[] = {
        {ECHO_EXPIRED, ECHO_REPLIED, true, false}, {ECHO_REPLIED, ECHO_REPLIED, false, true},
        {ECHO_EXPIRED, ECHO_EXPIRED, false, true}, {ECHO_SILENT, ECHO_REPLIED, false, false},
        {ECHO_EXPIRED, ECHO_SILENT, false, false}, {ECHO_SILENT, ECHO_SILENT, false, false},
    };
    struct echo near = echo_of(64, TOS), far = echo_of(98, TOS);

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct echo echo = echo_of(62, TOS);
        struct host_profile profile;
        ask_at(&echo, 2, rows[i].before);
        ask_at(&echo, 3, rows[i].there);
        profile = profile_of(&echo, NULL, NULL);
        assert_int_equal(profile.hops_confirmed, rows[i].confirmed);
        assert_int_equal(profile.hops_disproved, rows[i].disproved);
    }
    ask_at(&near, 1, ECHO_REPLIED); /* there is nobody before the first hop */
    assert_true(profile_of(&near, NULL, NULL).hops_confirmed);
    assert_int_equal(profile_of(&far, NULL, NULL).hops, 31); /* farther than we ask */
    assert_false(profile_of(&far, NULL, NULL).hops_confirmed);
}

static void test_another_port(void **state)
{
    static const struct {
        const char *name;
        struct observed_answer answer;
        bool life, reflects, has_ttl;
    } rows[] = {
        {"its own RST", {.kind = ANSWER_RESET, .ttl = 62, .tos = TOS}, true, true, true},
        {"anybody's RST", {.kind = ANSWER_RESET, .ttl = 62}, true, false, false},
        {"listener", {.kind = ANSWER_SYN_ACK, .ttl = 62}, true, false, true},
        {"SYN proxy", {.kind = ANSWER_SYN_ACK, .ttl = 64, .window_zero = true}, true, false, false},
        {"its firewall",
         {.kind = ANSWER_UNREACHABLE, .ttl = 62, .icmp_type = 3, .icmp_code = 13},
         true,
         false,
         false},
        {"a dead host behind its NAT",
         {.kind = ANSWER_UNREACHABLE, .ttl = 62, .icmp_type = 3, .icmp_code = 1},
         false,
         false,
         false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed other = port(rows[i].answer);
        struct host_profile profile = profile_of(NULL, NULL, &other);
        if (profile.others_answered != rows[i].life || profile.host_reflects != rows[i].reflects ||
            profile.has_ttl != rows[i].has_ttl)
            fail_msg("%s: life %d, reflects %d, TTL %d", rows[i].name, profile.others_answered,
                     profile.host_reflects, profile.has_ttl);
    }
}

/* A redirect on the way reflects our DSCP too: only what comes from as far as the host
 * speaks for the host. */
static void test_a_reset_from_nearer_is_not_the_hosts(void **state)
{
    struct echo echo = echo_of(62, TOS);
    struct observed nearer =
        port((struct observed_answer){.kind = ANSWER_RESET, .ttl = 64, .tos = TOS});
    struct observed there = port((struct observed_answer){
        .kind = ANSWER_RESET, .ttl = 62, .tos = TOS, .dont_fragment = true, .ip_id_zero = true});
    struct host_profile profile = profile_of(&echo, NULL, &nearer);

    (void)state;
    assert_false(profile.host_reflects || profile.has_reset);
    assert_int_equal(profile.ttl, 62);
    profile = profile_of(&echo, NULL, &there);
    assert_true(profile.host_reflects && profile.has_reset);
    assert_true(profile.reset_dont_fragment && profile.reset_ip_id_zero);
}

static void test_the_control_port(void **state)
{
    static const struct {
        const char *name;
        struct observed_answer answer;
        bool reflects, differs;
    } rows[] = {
        {"reflects", {.kind = ANSWER_RESET, .ttl = 62, .tos = TOS}, true, false},
        {"does not", {.kind = ANSWER_RESET, .ttl = 62}, false, true},
        {"does not, but from nearer", {.kind = ANSWER_RESET, .ttl = 64}, false, false},
        {"open", {.kind = ANSWER_SYN_ACK, .ttl = 62}, false, false},
    };
    struct observed closed = port((struct observed_answer){.kind = ANSWER_RESET, .ttl = 61});

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct echo echo = echo_of(62, TOS);
        struct observed control = port(rows[i].answer);
        struct host_profile profile = profile_of(&echo, &control, NULL);
        if (profile.host_reflects != rows[i].reflects || profile.control_differs != rows[i].differs)
            fail_msg("%s: reflects %d, differs %d", rows[i].name, profile.host_reflects,
                     profile.control_differs);
    }
    /* without an echo, its distance will do */
    assert_int_equal(profile_of(NULL, &closed, NULL).hops, 4);
}

/* An accepted connection may be a proxy's, or forwarded: it measures only what is not
 * farther, and proves nothing. */
static void test_open_ports_are_a_weak_measure(void **state)
{
    struct observed near = port((struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 64});
    struct observed far = port((struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 62});
    struct host_profile_source source = {
        .self = &near, .others = {&far, &near}, .other_count = 2, .tos = TOS};
    struct host_profile profile;

    (void)state;
    host_profile_make(&source, &profile); /* the farthest */
    assert_true(profile.has_ttl && profile.ttl_is_weak);
    assert_int_equal(profile.ttl, 62);
    source =
        (struct host_profile_source){.self = &far, .others = {&near}, .other_count = 1, .tos = TOS};
    host_profile_make(&source, &profile); /* nearer than the port in question */
    assert_false(profile.has_ttl);
    far.extra->answers[0].window_zero = true;
    assert_false(profile_of(NULL, NULL, &far).has_ttl); /* a SYN proxy's is none at all */
}

/* SYNs that went unanswered before another port's answer. */
static void test_losses(void **state)
{
    struct observed third =
        port((struct observed_answer){.kind = ANSWER_SYN_ACK, .ttl = 62, .attempt = 2});
    struct observed unknown = port((struct observed_answer){
        .kind = ANSWER_SYN_ACK, .ttl = 62, .attempt = OBSERVED_NO_ATTEMPT});
    struct observed rejected = port((struct observed_answer){
        .kind = ANSWER_UNREACHABLE, .ttl = 62, .attempt = 1, .icmp_type = 3, .icmp_code = 13});
    struct host_profile profile = profile_of(NULL, NULL, &third);

    (void)state;
    assert_int_equal(profile.sends, 3);
    assert_int_equal(profile.losses, 2);
    assert_false(profile.rejects_pause);
    assert_int_equal(profile_of(NULL, NULL, &unknown).sends, 0);
    assert_true(profile_of(NULL, NULL, &rejected).rejects_pause);
    rejected.extra->answers[0].attempt = 0;
    assert_false(profile_of(NULL, NULL, &rejected).rejects_pause);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_known_of_silence),
        cmocka_unit_test(test_echoes),
        cmocka_unit_test(test_the_distance_by_echoes),
        cmocka_unit_test(test_another_port),
        cmocka_unit_test(test_a_reset_from_nearer_is_not_the_hosts),
        cmocka_unit_test(test_the_control_port),
        cmocka_unit_test(test_open_ports_are_a_weak_measure),
        cmocka_unit_test(test_losses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
