/* SPDX-License-Identifier: BSD-2-Clause */
/* What only resets show: what becomes of our DSCP, flow label and identification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "prober/evidence/observations.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

enum { NONE = -1, A = 0, B = 1, C = 2, D = 3 };

static value_set seen_of(const struct findings *f, enum observation observation)
{
    value_set seen[OBS_COUNT];

    observations_make(f, seen);
    return seen[observation];
}

/* Resets to an unmarked and to a marked flow, with these TOS; NONE: none. */
static struct observed resets(bool ipv6, int plain, int marked, struct observed_answer answer)
{
    struct observed observed = judge_probe(ipv6);

    answer.kind = ANSWER_RESET;
    answer.tos = (uint8_t)plain;
    if (plain >= 0)
        judge_flow(&observed, A, &observed.dst, answer);
    answer.tos = (uint8_t)marked;
    if (marked >= 0)
        judge_flow(&observed, B, &observed.dst, answer);
    return observed;
}

static void test_dscp(void **state)
{
    static const struct {
        int plain, marked;
        value_set value;
    } rows[] = {
        {0, 0x28, DSCP_FOLLOWS},
        {NONE, 0x28, DSCP_FOLLOWS},
        {0x03, 0x2b, DSCP_FOLLOWS}, /* ECN bits don't count */
        {0, 0x08, DSCP_FOLLOWS},    /* the precedence was cleared on the way (RFC 9435) */
        {0, 0, DSCP_ZERO},
        {NONE, 0, DSCP_ZERO},
        {0x03, 0x03, DSCP_ZERO},
        {0, NONE, NOT_SEEN}, /* as of anybody */
        {0x10, 0x10, DSCP_LOW_DELAY},
        {NONE, 0x10, DSCP_LOW_DELAY},
        {0x10, NONE, DSCP_LOW_DELAY},
        {0xc0, 0xc0, DSCP_OTHER},
        {0x28, 0x28, DSCP_OTHER}, /* whatever we send */
        {0x28, NONE, DSCP_OTHER},
        {0x28, 0, DSCP_OTHER}, /* it turns about */
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
            struct observed observed =
                resets(ipv6, rows[i].plain, rows[i].marked, (struct observed_answer){.ttl = 62});
            assert_int_equal(observations_dscp(&observed), rows[i].value);
            if (seen_of(&(struct findings){.observed = &observed}, OBS_DSCP) != rows[i].value)
                fail_msg("%#x and %#x", (unsigned)rows[i].plain, (unsigned)rows[i].marked);
        }
}

/* C and D say the same as A and B. */
static void test_any_flow_will_do(void **state)
{
    struct observed observed = judge_probe(false);

    (void)state;
    judge_flow(&observed, C, &observed.dst, (struct observed_answer){.kind = ANSWER_RESET});
    assert_int_equal(observations_dscp(&observed), NOT_SEEN);
    judge_flow(&observed, D, &observed.dst,
               (struct observed_answer){.kind = ANSWER_RESET, .tos = OUR_SYN_TOS});
    assert_int_equal(observations_dscp(&observed), DSCP_FOLLOWS);
}

/* A SYN-ACK's DSCP is its program's. */
static void test_only_resets_follow(void **state)
{
    struct observed observed = judge_probe(false);

    (void)state;
    judge_flow(&observed, B, &observed.dst,
               (struct observed_answer){.kind = ANSWER_SYN_ACK, .tos = OUR_SYN_TOS});
    assert_int_equal(observations_dscp(&observed), NOT_SEEN);
    assert_int_equal(seen_of(&(struct findings){.observed = &observed}, OBS_DSCP), NOT_SEEN);
}

static void test_unlike_another_reset(void **state)
{
    static const struct {
        const char *name;
        int plain, marked; /* of the other port */
        uint8_t ttl;
        bool copied;
        value_set value;
    } rows[] = {
        {"the host's TCP", 0, 0x28, 62, false, DSCP_ZERO_UNLIKE_HOST},
        {"by one flow", NONE, 0x28, 62, false, DSCP_ZERO_UNLIKE_HOST},
        {"from elsewhere", 0, 0x28, 63, false, DSCP_ZERO},
        {"a filter that turns our SYN around", 0, 0x28, 62, true, DSCP_ZERO},
        {"it doesn't follow either", 0, 0, 62, false, DSCP_ZERO},
        {"it was not marked", 0, NONE, 62, false, DSCP_ZERO},
    };
    struct observed observed = resets(false, 0, 0, (struct observed_answer){.ttl = 62});

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        for (unsigned control = 0; control < 2; control++) {
            struct observed other = resets(
                false, rows[i].plain, rows[i].marked,
                (struct observed_answer){.ttl = rows[i].ttl, .ip_id_copied = rows[i].copied});
            struct findings f = {.observed = &observed};
            if (control != 0)
                f.control = &other;
            else
                f.others[f.other_count++] = &other;
            if (seen_of(&f, OBS_DSCP) != rows[i].value)
                fail_msg("%s: %#x", rows[i].name, seen_of(&f, OBS_DSCP));
        }
}

/* Only what never bears our mark is unlike the host's. */
static void test_what_follows_is_like_any_other(void **state)
{
    static const struct {
        int plain, marked;
        value_set value;
    } rows[] = {{0, 0x28, DSCP_FOLLOWS},
                {0x10, 0x10, DSCP_LOW_DELAY},
                {0xc0, 0xc0, DSCP_OTHER},
                {0, NONE, NOT_SEEN}};
    struct observed other = resets(false, 0, 0x28, (struct observed_answer){.ttl = 62});

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed =
            resets(false, rows[i].plain, rows[i].marked, (struct observed_answer){.ttl = 62});
        struct findings f = {.observed = &observed, .others = {&other}, .other_count = 1};
        assert_int_equal(seen_of(&f, OBS_DSCP), rows[i].value);
    }
}

static void test_labels(void **state)
{
    static const struct {
        bool ipv6, set, copied, other_set, other_copied;
        value_set value;
    } rows[] = {
        {true, true, false, false, false, LABEL_SET},
        {true, true, true, false, false, LABEL_COPIED},
        {true, false, false, false, false, LABEL_ZERO},
        {true, false, false, true, false, LABEL_ZERO_UNLIKE_HOST},
        {true, false, false, true, true, LABEL_ZERO}, /* one that turns packets around */
        {true, true, false, true, false, LABEL_SET},
        {false, true, true, true, true, NOT_SEEN},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed = resets(
            rows[i].ipv6, 0, 0,
            (struct observed_answer){
                .ttl = 62, .flow_label_set = rows[i].set, .flow_label_copied = rows[i].copied});
        struct observed other =
            resets(rows[i].ipv6, 0, 0,
                   (struct observed_answer){.ttl = 62,
                                            .flow_label_set = rows[i].other_set,
                                            .flow_label_copied = rows[i].other_copied});
        struct findings f = {.observed = &observed, .others = {&other}, .other_count = 1};
        if (seen_of(&f, OBS_LABEL) != rows[i].value)
            fail_msg("row %u: %#x", i, seen_of(&f, OBS_LABEL));
    }
}

static void test_identifications(void **state)
{
    static const struct {
        bool ipv6, zero, dont_fragment, copied;
        value_set value;
    } rows[] = {
        {false, true, true, false, ID_ZERO},    {false, true, false, false, ID_OTHER},
        {false, false, true, false, ID_OTHER},  {false, false, true, true, ID_COPIED},
        {false, false, false, true, ID_COPIED}, {true, true, true, false, NOT_SEEN},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct observed observed =
            resets(rows[i].ipv6, 0, 0,
                   (struct observed_answer){.ttl = 62,
                                            .ip_id_zero = rows[i].zero,
                                            .dont_fragment = rows[i].dont_fragment,
                                            .ip_id_copied = rows[i].copied});
        if (seen_of(&(struct findings){.observed = &observed}, OBS_IP_ID) != rows[i].value)
            fail_msg("row %u", i);
    }
}

/* What the last router before the answer quotes of our marked SYN. */
static void test_the_way_of_our_mark(void **state)
{
    static const struct {
        const char *name;
        uint8_t flow, quoted, before; /* by the last router, and by the one before it */
        bool walked;
        uint8_t echo_tos;
        value_set value;
    } rows[] = {
        {"kept so far", B, 0x28, 0x28, true, 0, NOT_SEEN},
        {"cleared at the end", B, 0, 0x28, true, 0, PATH_CLEARS_DSCP},
        {"ECN bits left", B, 0x03, 0x28, true, 0, PATH_CLEARS_DSCP},
        {"half cleared", B, 0x08, 0x28, true, 0, NOT_SEEN},
        {"an unmarked SYN shows nothing", A, 0, 0, true, 0, NOT_SEEN},
        {"the echo bears it", A, 0, 0, false, 0x28, PATH_KEEPS_DSCP},
        {"the echo does not, which may be its way back", A, 0, 0, false, 0, NOT_SEEN},
    };
    struct observed observed = resets(false, 0, 0, (struct observed_answer){.ttl = 62});

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct ttl_probe walk = judge_walk(3, &frame_router4, &frame_them4);
        struct echo echo = judge_echo(62);
        struct findings f = {.observed = &observed, .echo = &echo};
        walk.flow = rows[i].flow;
        walk.hops[1].quoted_tos = rows[i].before;
        walk.hops[2].quoted_tos = rows[i].quoted;
        echo.reply_tos = rows[i].echo_tos;
        if (rows[i].walked)
            f.ttl_probe = &walk;
        if (seen_of(&f, OBS_PATH_DSCP) != rows[i].value)
            fail_msg("%s: %#x", rows[i].name, seen_of(&f, OBS_PATH_DSCP));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dscp),
        cmocka_unit_test(test_any_flow_will_do),
        cmocka_unit_test(test_only_resets_follow),
        cmocka_unit_test(test_unlike_another_reset),
        cmocka_unit_test(test_what_follows_is_like_any_other),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_identifications),
        cmocka_unit_test(test_the_way_of_our_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
