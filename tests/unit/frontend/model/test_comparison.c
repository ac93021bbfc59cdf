/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "frontend/model/comparison.h"

enum { PLACES = 3 };

/* What one place found; a last hop of NULL: no trace. */
struct seen {
    enum verdict_state state;
    enum verdict_disposition disposition;
    uint32_t rtt_ms; /* 0: not known */
    const char *last_hop;
    bool is_suspect;
    enum verdict_state other; /* of the other family; STATE_COUNT: not asked */
    enum verdict_actor actor;
};

#define OPEN                                                 \
    {                                                        \
        STATE_OPEN, DISPOSITION_ACCEPT, .other = STATE_COUNT \
    }
#define CLOSED                                                 \
    {                                                          \
        STATE_CLOSED, DISPOSITION_REFUSE, .other = STATE_COUNT \
    }
#define SILENT                                                 \
    {                                                          \
        STATE_FILTERED, DISPOSITION_DROP, .other = STATE_COUNT \
    }
#define UNTOLD                                                   \
    {                                                            \
        STATE_UNKNOWN, DISPOSITION_UNKNOWN, .other = STATE_COUNT \
    }
#define REJECTED                                                 \
    {                                                            \
        STATE_FILTERED, DISPOSITION_REJECT, .other = STATE_COUNT \
    }

static const struct place places[PLACES] = {
    {.name = "fra", .title = "Frankfurt", .has_position = true, 50.11, 8.68},
    {.name = "iad", .title = "Virginia", .has_position = true, 39.04, -77.49},
    {.name = "syd", .title = "Sydney", .has_position = true, -33.87, 151.21},
};

static struct addr address(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void fill(struct place_answer *answer, const struct seen *seen)
{
    static const uint16_t ports[] = {443};
    const struct addr first = address("203.0.113.7"), second = address("2001:db8::7");
    struct verdict *verdict = &answer->targets[0].verdicts[0];

    answer->status = PLACE_STATUS_ANSWERED;
    answer->is_suspect = seen->is_suspect;
    answer->target_count = seen->other == STATE_COUNT ? 1 : 2;
    result_target_init(&answer->targets[0], &first, ports, 1, false);
    result_target_init(&answer->targets[1], &second, ports, 1, false);
    answer->targets[0].done[0] = answer->targets[1].done[0] = true;
    verdict->state = seen->state;
    verdict->disposition = seen->disposition;
    verdict->actor = seen->actor;
    if (seen->rtt_ms > 0) {
        verdict->rtt_ns = seen->rtt_ms * NS_PER_MS;
        verdict->responder = first;
    }
    if (seen->last_hop != NULL) {
        struct wire_message hop = {.type = WIRE_HOP, .hop = {.port = 443, .hop = 1}};
        hop.hop.addr = address(seen->last_hop);
        assert_true(probe_details_add(&answer->targets[0].trails[0], &hop));
        verdict->last_hop = 1;
    }
    if (seen->other != STATE_COUNT)
        answer->targets[1].verdicts[0].state = seen->other;
}

static struct comparison compare(const struct seen seen[static PLACES])
{
    struct comparison list[COMPARISONS_MAX];
    struct result result = {.place_count = 0};

    assert_true(result_add_places(&result, PLACES));
    for (unsigned i = 0; i < PLACES; i++) {
        result.places[i].place = places[i];
        fill(&result.places[i], &seen[i]);
    }
    assert_true(result_settle_places(&result));
    assert_true(comparison_make(&result, list) >= 1);
    result_free(&result);
    return list[0];
}

static const struct {
    struct seen seen[PLACES];
    enum because because;
    enum verdict_confidence confidence;
    unsigned answered, groups;
} rows[] = {
    {{OPEN, OPEN, OPEN}, BECAUSE_NONE, CONFIDENCE_GUESS, 3, 1},
    {{OPEN, UNTOLD, OPEN}, BECAUSE_NONE, CONFIDENCE_GUESS, 2, 1},
    {{UNTOLD, UNTOLD, UNTOLD}, BECAUSE_NONE, CONFIDENCE_GUESS, 0, 0},
    {{OPEN, SILENT, SILENT}, BECAUSE_SOURCE_FILTER, CONFIDENCE_GUESS, 3, 2},
    {{OPEN, REJECTED, OPEN}, BECAUSE_SOURCE_FILTER, CONFIDENCE_LIKELY, 3, 2},
    {{CLOSED, REJECTED, CLOSED}, BECAUSE_SOURCE_FILTER, CONFIDENCE_LIKELY, 3, 2},
    {{OPEN, CLOSED, OPEN}, BECAUSE_DIFFERENT_HOSTS, CONFIDENCE_LIKELY, 3, 2},
    /* open by a device on the way, and by a place that may lie */
    {{{STATE_OPEN, DISPOSITION_ACCEPT, .other = STATE_COUNT, .actor = ACTOR_PATH}, CLOSED, CLOSED},
     BECAUSE_DIFFERENT_HOSTS,
     CONFIDENCE_GUESS,
     3,
     2},
    {{{STATE_OPEN, DISPOSITION_ACCEPT, .is_suspect = true, .other = STATE_COUNT}, CLOSED, UNTOLD},
     BECAUSE_DIFFERENT_HOSTS,
     CONFIDENCE_GUESS,
     2,
     2},
    /* both nearer than light allows: not the same machine */
    {{{STATE_OPEN, DISPOSITION_ACCEPT, 1, .other = STATE_COUNT},
      {STATE_OPEN, DISPOSITION_ACCEPT, 1, .other = STATE_COUNT},
      SILENT},
     BECAUSE_DIFFERENT_HOSTS,
     CONFIDENCE_LIKELY,
     3,
     2},
    /* one of them by a device on the way, which may stand beside the place */
    {{{STATE_OPEN, DISPOSITION_ACCEPT, 1, .other = STATE_COUNT, .actor = ACTOR_PATH},
      {STATE_OPEN, DISPOSITION_ACCEPT, 20, .other = STATE_COUNT},
      SILENT},
     BECAUSE_SOURCE_FILTER,
     CONFIDENCE_GUESS,
     3,
     2},
    /* far enough away */
    {{{STATE_OPEN, DISPOSITION_ACCEPT, 90, .other = STATE_COUNT},
      {STATE_OPEN, DISPOSITION_ACCEPT, 90, .other = STATE_COUNT},
      SILENT},
     BECAUSE_SOURCE_FILTER,
     CONFIDENCE_GUESS,
     3,
     2},
    /* traces that end in the target's network, in one, and in two */
    {{OPEN,
      {STATE_FILTERED, DISPOSITION_DROP, 0, "203.0.200.1", .other = STATE_COUNT},
      {STATE_FILTERED, DISPOSITION_DROP, 0, "203.0.113.1", .other = STATE_COUNT}},
     BECAUSE_SOURCE_FILTER,
     CONFIDENCE_LIKELY,
     3,
     2},
    {{OPEN,
      {STATE_FILTERED, DISPOSITION_DROP, 0, "192.0.2.1", .other = STATE_COUNT},
      {STATE_FILTERED, DISPOSITION_DROP, 0, "192.0.2.9", .other = STATE_COUNT}},
     BECAUSE_SOURCE_FILTER,
     CONFIDENCE_LIKELY,
     3,
     2},
    {{OPEN,
      {STATE_FILTERED, DISPOSITION_DROP, 0, "192.0.2.1", .other = STATE_COUNT},
      {STATE_FILTERED, DISPOSITION_DROP, 0, "198.51.100.1", .other = STATE_COUNT}},
     BECAUSE_PATH,
     CONFIDENCE_GUESS,
     3,
     2},
    {{OPEN, OPEN, {STATE_FILTERED, DISPOSITION_DROP, .is_suspect = true, .other = STATE_COUNT}},
     BECAUSE_PLACE_SUSPECT,
     CONFIDENCE_LIKELY,
     3,
     2},
    /* whose round trip proves nothing */
    {{{STATE_CLOSED, DISPOSITION_REFUSE, 20, .other = STATE_COUNT},
      {STATE_CLOSED, DISPOSITION_REFUSE, 90, .other = STATE_COUNT},
      {STATE_OPEN, DISPOSITION_ACCEPT, 1, .is_suspect = true, .other = STATE_COUNT}},
     BECAUSE_PLACE_SUSPECT,
     CONFIDENCE_LIKELY,
     3,
     2},
    {{{STATE_OPEN, DISPOSITION_ACCEPT, .other = STATE_OPEN},
      {STATE_FILTERED, DISPOSITION_DROP, .other = STATE_OPEN},
      {STATE_OPEN, DISPOSITION_ACCEPT, .other = STATE_OPEN}},
     BECAUSE_FAMILY,
     CONFIDENCE_GUESS,
     3,
     2},
};

static void test_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct comparison c = compare(rows[i].seen);
        if (c.because != rows[i].because || c.answered != rows[i].answered ||
            c.group_count != rows[i].groups ||
            (c.because != BECAUSE_NONE && c.confidence != rows[i].confidence))
            fail_msg("row %zu: because %d, confidence %d, %u answered, %u groups", i, c.because,
                     c.confidence, c.answered, c.group_count);
    }
}

static void test_the_largest_group_is_first(void **state)
{
    static const struct seen seen[PLACES] = {OPEN, SILENT, SILENT};
    struct comparison c = compare(seen);

    (void)state;
    assert_int_equal(c.groups[0].state, STATE_FILTERED);
    assert_int_equal(c.groups[0].places, 1U << 1 | 1U << 2);
    assert_int_equal(c.groups[1].places, 1U << 0);
}

/* A place that reached one family of two answers about the address that stood second. */
static void test_addresses_keep_their_networks(void **state)
{
    static const uint16_t ports[] = {443};
    const struct addr first = address("203.0.113.7"), second = address("2001:db8::7");
    const struct seen seen = OPEN;
    struct result result = {.target_count = 2};

    (void)state;
    result_target_init(&result.targets[0], &second, ports, 1, false);
    result_target_init(&result.targets[1], &first, ports, 1, false);
    result.targets[0].network.asn = 64500;
    result.targets[1].network.asn = 64501;
    assert_true(result_add_places(&result, 1));
    fill(&result.places[0], &seen);
    assert_true(result_settle_places(&result));
    assert_int_equal(result.target_count, 1);
    assert_int_equal(result.targets[0].network.asn, 64501);
    result_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table),
        cmocka_unit_test(test_the_largest_group_is_first),
        cmocka_unit_test(test_addresses_keep_their_networks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
