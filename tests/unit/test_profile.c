/* SPDX-License-Identifier: BSD-2-Clause */
/* What counts as the host's own, to hold other answers against. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/unit/frames.h"
#include "tests/unit/judge.h"

enum { SENT_TOS = 0x28 };

static struct record answered(enum answer_kind kind, uint8_t ttl, uint8_t tos)
{
    struct record record = judge_probe(false);

    judge_answer(&record, &record.dst,
                 (struct record_answer){.kind = (uint8_t)kind, .ttl = ttl, .tos = tos});
    return record;
}

static struct profile of(const struct record *self, const struct record *other,
                         const struct record *control, const struct echo *echo)
{
    struct profile_source source = {.self = self,
                                    .control = control,
                                    .echo = echo,
                                    .others = {other},
                                    .other_count = other != NULL,
                                    .tos = SENT_TOS};
    struct profile profile;

    profile_make(&source, &profile);
    return profile;
}

static void test_an_echo_is_the_best_measure(void **state)
{
    struct echo echo = {.replied = true, .reply_ttl = 62, .reply_tos = SENT_TOS};
    struct record other = answered(ANSWER_RESET, 64, SENT_TOS);
    struct profile profile = of(NULL, &other, NULL, &echo);

    (void)state;
    assert_true(profile.has_ttl && profile.echo_replied && profile.echo_reflects);
    assert_int_equal(profile.ttl, 62);
    assert_int_equal(profile.hops, 3);
    assert_false(profile.host_reflects); /* that RST came from nearer */
    echo.reply_tos = 0;
    profile = of(NULL, NULL, NULL, &echo);
    assert_true(profile.dscp_cleared && !profile.echo_reflects);
}

static void test_hops_are_confirmed_by_echoes_with_small_ttls(void **state)
{
    struct echo echo = {
        .replied = true,
        .reply_ttl = 62,
        .tries = {{64, ECHO_REPLIED}, {2, ECHO_EXPIRED}, {3, ECHO_REPLIED}},
        .try_count = 3,
    };
    struct profile profile = of(NULL, NULL, NULL, &echo);

    (void)state;
    assert_true(profile.hops_confirmed && !profile.hops_disproved);
    echo.tries[1].outcome = ECHO_REPLIED; /* the way there is shorter */
    profile = of(NULL, NULL, NULL, &echo);
    assert_true(profile.hops_disproved && !profile.hops_confirmed);
}

static void test_resets_of_other_ports(void **state)
{
    struct record own = answered(ANSWER_RESET, 62, SENT_TOS),
                  foreign = answered(ANSWER_RESET, 62, 0);
    struct profile profile = of(NULL, &own, NULL, NULL);

    (void)state;
    assert_true(profile.has_ttl && profile.host_reflects && profile.others_answered);
    profile = of(NULL, &foreign, NULL, NULL);
    assert_false(profile.has_ttl || profile.host_reflects || profile.control_differs);
    profile = of(NULL, NULL, &foreign, NULL); /* nobody filters a port that nobody knows */
    assert_true(profile.has_ttl && profile.control_differs);
    profile = of(NULL, NULL, &own, NULL);
    assert_true(profile.host_reflects && !profile.control_differs);
}

/* An accepted connection may be a proxy's, or forwarded: it measures only what is
 * not farther, and proves nothing. */
static void test_open_ports_are_a_weak_measure(void **state)
{
    struct record near = answered(ANSWER_SYN_ACK, 64, 0), far = answered(ANSWER_SYN_ACK, 62, 0);
    struct profile profile = of(&near, &far, NULL, NULL);

    (void)state;
    assert_true(profile.has_ttl && profile.ttl_is_weak);
    assert_int_equal(profile.ttl, 62);
    profile = of(&far, &near, NULL, NULL);
    assert_false(profile.has_ttl);
    far.answers[0].window_zero = true; /* a SYN proxy's is none at all */
    profile = of(&near, &far, NULL, NULL);
    assert_false(profile.has_ttl);
}

static void test_losses_and_slow_rejects(void **state)
{
    struct record lossy = answered(ANSWER_RESET, 62, 0), slow = judge_probe(false);
    struct profile profile;

    (void)state;
    lossy.answers[0].try = 4;
    profile = of(NULL, &lossy, NULL, NULL);
    assert_int_equal(profile.sends, 5);
    assert_int_equal(profile.losses, 4);
    assert_false(profile.rejects_pause);
    judge_answer(
        &slow, &slow.dst,
        (struct record_answer){
            .kind = ANSWER_UNREACHABLE, .ttl = 62, .icmp_type = 3, .icmp_code = 13, .try = 2});
    profile = of(NULL, &slow, NULL, NULL);
    assert_true(profile.rejects_pause && profile.others_answered);
    slow.answers[0].icmp_code = 1; /* "host unreachable" is no sign of life */
    profile = of(NULL, &slow, NULL, NULL);
    assert_false(profile.rejects_pause || profile.others_answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_echo_is_the_best_measure),
        cmocka_unit_test(test_hops_are_confirmed_by_echoes_with_small_ttls),
        cmocka_unit_test(test_resets_of_other_ports),
        cmocka_unit_test(test_open_ports_are_a_weak_measure),
        cmocka_unit_test(test_losses_and_slow_rejects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
