/* SPDX-License-Identifier: BSD-2-Clause */
/* What checks learn from those before them: limits that others use up, and open ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "prober/engine/sightings.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

#define MS(n) ((uint64_t)(n)*NS_PER_MS)

enum { START_MS = 100000 };

static const uint8_t key[SIPHASH_KEY_LEN] = {1, 2, 3};

static struct sightings *sightings_made(void)
{
    struct sightings *sightings = sightings_new(key);

    assert_non_null(sightings);
    return sightings;
}

/* Of a check without other ports. */
static struct probe probe_at(uint64_t start_ms)
{
    static struct check alone;

    return (struct probe){
        .check = &alone, .observed = judge_probe(false), .start_ns = MS(start_ms)};
}

static void note(struct sightings *sightings, uint64_t at_ms, const struct addr *from,
                 struct observed_answer answer)
{
    struct probe probe = probe_at(at_ms);

    judge_answer(&probe.observed, from, answer);
    probe.observed.extra->answers[0].attempt = answer.attempt;
    sightings_note_answer(sightings, &probe, MS(at_ms));
}

static struct findings found(const struct sightings *sightings, uint64_t start_ms)
{
    struct probe probe = probe_at(start_ms);
    struct findings findings = {.observed = &probe.observed};

    sightings_gather(sightings, &probe, &findings);
    return findings;
}

static void test_nothing_is_known_of_a_new_target(void **state)
{
    struct sightings *sightings = sightings_made();
    struct findings findings = found(sightings, START_MS);

    (void)state;
    assert_false(findings.limit_reached);
    assert_false(findings.was_open);
    sightings_free(sightings);
}

static void test_a_limit_on_errors_is_reached_by_three_at_once(void **state)
{
    struct observed_answer error = {.kind = ANSWER_UNREACHABLE, .icmp_type = 3, .icmp_code = 13};
    struct sightings *sightings = sightings_made();

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        assert_false(found(sightings, START_MS + 2).limit_reached);
        note(sightings, START_MS + i, &frame_them4, error);
    }
    assert_false(found(sightings, START_MS + 1).limit_reached); /* one sent later was answered */
    assert_true(found(sightings, START_MS + 2).limit_reached);
    assert_true(found(sightings, START_MS + 1002).limit_reached);  /* a moment before it began */
    assert_false(found(sightings, START_MS + 1003).limit_reached); /* not any more */
    sightings_free(sightings);
}

/* One a second leaks away: so many are what Linux lets go for ever. */
static void test_errors_that_come_slowly_reach_no_limit(void **state)
{
    struct observed_answer error = {.kind = ANSWER_UNREACHABLE, .icmp_type = 3, .icmp_code = 13};
    struct sightings *sightings = sightings_made();

    (void)state;
    for (unsigned i = 0; i < 20; i++)
        note(sightings, START_MS + 1000 * i, &frame_them4, error);
    assert_false(found(sightings, START_MS + 19000).limit_reached);
    sightings_free(sightings);
}

static void test_a_limit_on_resets_is_reached_by_ten_at_once(void **state)
{
    static const struct {
        unsigned count, apart_ms;
        bool reached;
    } rows[] = {{9, 0, false}, {10, 0, true}, {30, 100, false}, {30, 20, true}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct sightings *sightings = sightings_made();
        for (unsigned k = 0; k < rows[i].count; k++)
            note(sightings, START_MS + k * rows[i].apart_ms, &frame_them4,
                 (struct observed_answer){.kind = ANSWER_RESET});
        if (found(sightings, START_MS + (rows[i].count - 1) * rows[i].apart_ms).limit_reached !=
            rows[i].reached)
            fail_msg("%u resets, %u ms apart", rows[i].count, rows[i].apart_ms);
        sightings_free(sightings);
    }
}

/* Few answers are enough if they came to later SYNs, two resets or one error; or one from a
 * router that has no way. */
static void test_late_answers_and_routers(void **state)
{
    static const struct {
        const char *name;
        unsigned count;
        bool by_router;
        struct observed_answer answer;
        bool reached;
    } rows[] = {
        {"at once", 2, false, {.kind = ANSWER_RESET}, false},
        {"to the second SYN, which loss does, too",
         1,
         false,
         {.kind = ANSWER_RESET, .attempt = 1},
         false},
        {"twice to the second SYN", 2, false, {.kind = ANSWER_RESET, .attempt = 1}, true},
        {"an error, to the second SYN",
         1,
         false,
         {.kind = ANSWER_UNREACHABLE, .icmp_type = 3, .icmp_code = 13, .attempt = 1},
         true},
        {"none of which left",
         2,
         false,
         {.kind = ANSWER_RESET, .attempt = OBSERVED_NO_ATTEMPT},
         false},
        {"open, to the second", 2, false, {.kind = ANSWER_SYN_ACK, .attempt = 1}, false},
        {"a router", 1, true, {.kind = ANSWER_UNREACHABLE, .icmp_type = 3, .icmp_code = 1}, true},
        {"its filter, and no sign of life",
         1,
         true,
         {.kind = ANSWER_UNREACHABLE, .icmp_type = 3, .icmp_code = 13},
         true},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct sightings *sightings = sightings_made();
        for (unsigned k = 0; k < rows[i].count; k++)
            note(sightings, START_MS, rows[i].by_router ? &frame_router4 : &frame_them4,
                 rows[i].answer);
        if (found(sightings, START_MS).limit_reached != rows[i].reached)
            fail_msg("%s", rows[i].name);
        sightings_free(sightings);
    }
}

/* Many answers are no limit while one that was asked for later still comes at once; one that
 * comes late is, whatever else comes. */
static void test_what_comes_at_once_shows_no_limit(void **state)
{
    struct observed_answer reset = {.kind = ANSWER_RESET};
    struct sightings *sightings = sightings_made();

    (void)state;
    for (unsigned i = 0; i < 10; i++)
        note(sightings, START_MS, &frame_them4, reset);
    assert_true(found(sightings, START_MS + 100).limit_reached);
    note(sightings, START_MS + 200, &frame_them4, reset);
    assert_false(found(sightings, START_MS + 100).limit_reached);
    assert_true(found(sightings, START_MS + 200).limit_reached);
    reset.attempt = 1;
    for (unsigned i = 0; i < 2; i++)
        note(sightings, START_MS + 100, &frame_them4, reset);
    assert_true(found(sightings, START_MS + 100).limit_reached);
    sightings_free(sightings);
}

/* Another port of the same check that was answered late is enough. */
static void test_late_company(void **state)
{
    static const struct {
        struct observed_answer answer;
        bool reached;
    } rows[] = {
        {{.kind = ANSWER_RESET, .attempt = 1}, true},
        {{.kind = ANSWER_UNREACHABLE, .icmp_type = 3, .icmp_code = 13, .attempt = 1}, true},
        {{.kind = ANSWER_SYN_ACK, .attempt = 1}, false},
        {{.kind = ANSWER_RESET, .attempt = 0}, false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct sightings *sightings = sightings_made();
        struct probe probe = probe_at(START_MS), other = probe_at(START_MS);
        struct check check = {.first = &probe};
        struct findings findings = {.observed = &probe.observed};
        note(sightings, START_MS, &frame_them4, (struct observed_answer){.kind = ANSWER_RESET});
        judge_answer(&other.observed, &frame_them4, rows[i].answer);
        other.observed.extra->answers[0].attempt = rows[i].answer.attempt;
        probe.check = other.check = &check;
        probe.sibling = &other;
        sightings_gather(sightings, &probe, &findings);
        assert_int_equal(findings.limit_reached, rows[i].reached);
        sightings_free(sightings);
    }
}

static void test_a_port_that_was_open(void **state)
{
    struct observed_answer syn_ack = {.kind = ANSWER_SYN_ACK, .ttl = 62};
    struct sightings *sightings = sightings_made();

    (void)state;
    note(sightings, START_MS, &frame_them4, syn_ack);
    assert_true(found(sightings, START_MS).was_open);
    assert_true(found(sightings, START_MS + 10000).was_open);
    assert_false(found(sightings, START_MS + 10001).was_open);
    for (uint16_t port = 1; port <= 4; port++) { /* four are remembered */
        struct probe probe = probe_at(START_MS);
        struct findings findings = {.observed = &probe.observed};
        probe.observed.dport = port;
        judge_answer(&probe.observed, &frame_them4, syn_ack);
        sightings_gather(sightings, &probe, &findings);
        assert_false(findings.was_open); /* another port's openness is none of its */
        assert_int_equal(found(sightings, START_MS).was_open, true);
        sightings_note_answer(sightings, &probe, MS(START_MS));
    }
    assert_false(found(sightings, START_MS).was_open);
    sightings_free(sightings);
}

/* Of another target nothing is known, wherever it is kept. */
static void test_targets_do_not_meet(void **state)
{
    struct sightings *sightings = sightings_made();

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        note(sightings, START_MS, &frame_them4,
             (struct observed_answer){.kind = ANSWER_RESET, .attempt = 1});
    for (unsigned i = 0; i < 5000; i++) {
        struct probe probe = probe_at(START_MS);
        struct findings findings = {.observed = &probe.observed};
        probe.observed.dst = (struct addr){ADDR_IPV4, {9, 9, (uint8_t)(i >> 8), (uint8_t)i}};
        sightings_gather(sightings, &probe, &findings);
        assert_false(findings.limit_reached || findings.was_open);
    }
    assert_true(found(sightings, START_MS).limit_reached);
    sightings_free(sightings);
}

static void test_busy_hops(void **state)
{
    struct sightings *sightings = sightings_made();
    const struct addr *busy;

    (void)state;
    assert_null(sightings_busy_hop(sightings, &frame_them4, 2, MS(START_MS)));
    for (unsigned i = 0; i < 3; i++) {
        assert_null(sightings_busy_hop(sightings, &frame_them4, 2, MS(START_MS)));
        sightings_note_hop(sightings, &frame_them4, 2, &frame_router4, MS(START_MS));
    }
    busy = sightings_busy_hop(sightings, &frame_them4, 2, MS(START_MS));
    assert_non_null(busy);
    assert_true(addr_equal(busy, &frame_router4));
    assert_null(sightings_busy_hop(sightings, &frame_them4, 3, MS(START_MS)));
    assert_null(sightings_busy_hop(sightings, &frame_them6, 2, MS(START_MS)));
    assert_non_null(sightings_busy_hop(sightings, &frame_them4, 2, MS(START_MS + 9999)));
    assert_null(sightings_busy_hop(sightings, &frame_them4, 2, MS(START_MS + 10000)));
    sightings_free(sightings);
}

/* A router is busy for all that lies behind it, whoever used it up. */
static void test_a_router_is_one_for_all_targets(void **state)
{
    struct sightings *sightings = sightings_made();

    (void)state;
    sightings_note_hop(sightings, &frame_them4, 2, &frame_router4, MS(START_MS));
    for (unsigned i = 0; i < 3; i++)
        sightings_note_hop(sightings, &frame_us4, 2, &frame_router4, MS(START_MS));
    assert_non_null(sightings_busy_hop(sightings, &frame_them4, 2, MS(START_MS)));
    for (unsigned i = 0; i < 20; i++) /* one a second is what it can do */
        sightings_note_hop(sightings, &frame_them6, 1, &frame_router6, MS(START_MS + 1000 * i));
    assert_null(sightings_busy_hop(sightings, &frame_them6, 1, MS(START_MS + 19000)));
    sightings_free(sightings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_known_of_a_new_target),
        cmocka_unit_test(test_a_limit_on_errors_is_reached_by_three_at_once),
        cmocka_unit_test(test_errors_that_come_slowly_reach_no_limit),
        cmocka_unit_test(test_a_limit_on_resets_is_reached_by_ten_at_once),
        cmocka_unit_test(test_late_answers_and_routers),
        cmocka_unit_test(test_what_comes_at_once_shows_no_limit),
        cmocka_unit_test(test_late_company),
        cmocka_unit_test(test_a_port_that_was_open),
        cmocka_unit_test(test_targets_do_not_meet),
        cmocka_unit_test(test_busy_hops),
        cmocka_unit_test(test_a_router_is_one_for_all_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
