/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the sender of an answer stands: docs/verdicts.md, "TTLs and places",
 * case by case, for a host whose own packets arrive with TTL 62 from hop 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "prober/evidence/location.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

enum { HOST_TTL = 62, HOST_HOPS = 3, NOWHERE = VERDICT_UNKNOWN_HOP };

static struct host_profile host(bool confirmed)
{
    return (struct host_profile){
        .has_ttl = true, .ttl = HOST_TTL, .hops = HOST_HOPS, .hops_confirmed = confirmed};
}

/* TIME EXCEEDED from each hop before this one, answers from there on. */
static struct ttl_probe answered_from(unsigned first)
{
    struct ttl_probe ttl_probe;

    ttl_probe_begin(&ttl_probe, 1, 0, ~UINT32_C(0), 0);
    for (unsigned hop = 1; hop <= TTL_PROBE_HOPS_MAX; hop++) {
        ttl_probe.hops[hop].outcome = hop < first ? TTL_PROBE_EXCEEDED : TTL_PROBE_ANSWERED;
        ttl_probe.hops[hop].from = hop < first ? frame_router4 : frame_them4;
    }
    return ttl_probe;
}

static void assert_position(const char *row, struct location got, struct location want)
{
    if (got.place != want.place || got.confirmed != want.confirmed ||
        got.base_differs != want.base_differs || got.nat != want.nat || got.hop != want.hop)
        fail_msg("%s: place %d%s%s%s, hop %d", row, got.place, got.confirmed ? ", confirmed" : "",
                 got.base_differs ? ", other base" : "", got.nat ? ", NAT" : "", got.hop);
}

static void test_tcp_answers(void **state)
{
    static const struct {
        const char *name;
        uint8_t ttl;
        unsigned first;      /* hop that answers; 0: not asked */
        bool hops_confirmed; /* by echoes */
        struct location want;
    } rows[] = {
        {"same, by the TTL", 62, 0, false, {PLACE_SAME, .hop = 3}},
        {"same", 62, 3, false, {PLACE_SAME, true, .hop = 3}},
        {"nearer, by the TTL", 64, 0, false, {PLACE_NEARER, .hop = 1}},
        {"nearer, before routing", 64, 1, false, {PLACE_NEARER, true, .hop = 1}},
        {"nearer, after routing", 64, 2, false, {PLACE_NEARER, true, .hop = 1}},
        {"nearer, the router before the host", 63, 3, false, {PLACE_NEARER, true, .hop = 2}},
        {"another TTL, but the host answers", 64, 3, false, {PLACE_SAME, .hop = 3}},
        {"another TTL, answered elsewhere", 63, 1, false, {PLACE_NEARER, .hop = NOWHERE}},
        {"another TTL, answered behind the host", 63, 4, false, {PLACE_UNKNOWN, .hop = NOWHERE}},
        {"same TTL, answered before the host", 62, 2, true, {PLACE_NEARER, true, .hop = NOWHERE}},
        {"the same, but the way there may be shorter", 62, 2, false, {PLACE_SAME, .hop = 3}},
        {"behind, by the TTL", 61, 0, false, {PLACE_BEHIND, .hop = 4}},
        {"behind", 61, 4, false, {PLACE_BEHIND, true, .hop = 4}},
        {"a longer way back", 61, 3, false, {PLACE_SAME, .hop = 3}},
        {"other base", 255, 0, true, {PLACE_UNKNOWN, .base_differs = true, .hop = NOWHERE}},
        {"other base, the way unproven",
         255,
         1,
         false,
         {PLACE_UNKNOWN, .base_differs = true, .hop = NOWHERE}},
        {"other base, nearer", 255, 1, true, {PLACE_NEARER, true, true, .hop = 1}},
        {"other base, nearer, TTL of no use",
         200,
         1,
         true,
         {PLACE_NEARER, true, true, .hop = NOWHERE}},
        {"other base, at the host", 253, 3, true, {PLACE_SAME, false, true, .hop = 3}},
        {"other base, behind", 252, 4, true, {PLACE_BEHIND, true, true, .hop = 4}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct observed_answer answer = {.kind = ANSWER_RESET, .ttl = rows[i].ttl};
        struct host_profile profile = host(rows[i].hops_confirmed);
        struct ttl_probe ttl_probe = answered_from(rows[i].first);
        assert_position(
            rows[i].name,
            location_of(&observed, &answer, rows[i].first != 0 ? &ttl_probe : NULL, &profile),
            rows[i].want);
    }
}

/* An ICMP error in the target's name quotes how far our SYN, sent with TTL 64, came. */
static void test_icmp_errors(void **state)
{
    static const struct {
        const char *name;
        uint8_t ttl, quoted_ttl;
        struct location want;
    } rows[] = {
        {"the host", 62, 62, {PLACE_SAME, true, .hop = 3}},
        {"a router, before routing", 64, 64, {PLACE_NEARER, true, .hop = 1}},
        {"a router, after routing", 64, 63, {PLACE_NEARER, true, .hop = 1}},
        {"behind", 61, 61, {PLACE_BEHIND, true, .hop = 4}},
        {"a TTL of its own", 63, 62, {PLACE_NEARER, true, .hop = 2}},
        {"a quote of no use", 62, 0, {PLACE_SAME, .hop = 3}},
        {"a quote that came longer than it went", 64, 65, {PLACE_NEARER, .hop = 1}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = judge_probe(false);
        struct host_profile profile = host(false);
        struct observed_answer answer = {
            .kind = ANSWER_UNREACHABLE, .ttl = rows[i].ttl, .quoted_ttl = rows[i].quoted_ttl};
        assert_position(rows[i].name, location_of(&observed, &answer, NULL, &profile),
                        rows[i].want);
    }
}

static void test_special_places(void **state)
{
    struct observed observed = judge_probe(false);
    struct observed_answer answer = {.kind = ANSWER_SYN_ACK, .ttl = 62};
    struct host_profile profile = host(false), nothing = {0};
    struct ttl_probe ttl_probe = answered_from(3);

    (void)state;
    ttl_probe.hops[1].from = observed.dst; /* its own address forwards */
    assert_position("NAT", location_of(&observed, &answer, &ttl_probe, &profile),
                    (struct location){PLACE_BEHIND, true, .nat = true, .hop = 3});
    assert_position("nothing known", location_of(&observed, &answer, NULL, &nothing),
                    (struct location){PLACE_UNKNOWN, .hop = NOWHERE});
    observed.src = observed.dst;
    assert_position("own address", location_of(&observed, &answer, NULL, &nothing),
                    (struct location){PLACE_SAME, true, .hop = 0});
}

static uint32_t bits(const unsigned *hops)
{
    uint32_t set = 0;

    for (unsigned i = 0; hops[i] != 0; i++)
        set |= UINT32_C(1) << hops[i];
    return set;
}

static void test_wanted_hops(void **state)
{
    static const struct {
        const char *name;
        enum answer_kind kind;
        uint8_t ttl, tos;
        unsigned hops[7];
    } rows[] = {
        {"listener", ANSWER_SYN_ACK, 62, 0, {0}},
        {"the host's TCP", ANSWER_RESET, 62, 0x28, {0}},
        {"anybody's RST", ANSWER_RESET, 62, 0, {2, 3}},
        {"nearer", ANSWER_SYN_ACK, 64, 0, {1, 2, 3}},
        {"behind", ANSWER_SYN_ACK, 61, 0, {2, 3, 4, 5}},
        {"other base", ANSWER_RESET, 250, 0, {2, 3, 5, 6, 7}},
        {"ICMP", ANSWER_UNREACHABLE, 64, 0, {0}},
    };
    struct observed observed = judge_probe(false);
    struct host_profile profile = host(false), nothing = {0};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed_answer answer = {
            .kind = (uint8_t)rows[i].kind, .ttl = rows[i].ttl, .tos = rows[i].tos};
        uint32_t wanted = location_wanted_hops(&observed, &answer, &profile);
        if (wanted != bits(rows[i].hops))
            fail_msg("%s: hops %x are wanted", rows[i].name, wanted);
        assert_int_equal(location_wanted_hops(&observed, &answer, &nothing), 0);
    }
    observed.src = observed.dst;
    assert_int_equal(
        location_wanted_hops(&observed, &(struct observed_answer){.kind = ANSWER_RESET, .ttl = 64},
                             &profile),
        0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcp_answers),
        cmocka_unit_test(test_icmp_errors),
        cmocka_unit_test(test_special_places),
        cmocka_unit_test(test_wanted_hops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
