/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frontend/cli/seen.h"

static const struct addr first = {ADDR_IPV4, {192, 0, 2, 1}}, second = {ADDR_IPV4, {192, 0, 2, 2}},
                         other = {ADDR_IPV6, {0x20, 1}};

static struct verdict closed(uint16_t port)
{
    struct verdict verdict;

    verdict_init(&verdict, port);
    verdict.state = STATE_CLOSED;
    verdict.reason = REASON_RESET;
    return verdict;
}

static void test_each_is_news_once(void **state)
{
    struct seen changes = {0};

    (void)state;
    for (uint16_t port = 1; port <= POLICY_PORTS_MAX; port++) {
        struct verdict verdict = closed(port);
        assert_true(seen_take(&changes, &first, &verdict));
        assert_true(seen_take(&changes, &other, &verdict));
    }
    for (uint16_t port = 1; port <= POLICY_PORTS_MAX; port++) {
        struct verdict verdict = closed(port);
        assert_false(seen_take(&changes, &first, &verdict));
        assert_false(seen_take(&changes, &other, &verdict));
    }
}

static void test_what_is_news(void **state)
{
    struct seen changes = {0};
    struct verdict verdict = closed(443);

    (void)state;
    assert_true(seen_take(&changes, &first, &verdict));
    assert_true(seen_take(&changes, &second, &verdict));
    verdict.state = STATE_FILTERED;
    assert_true(seen_take(&changes, &second, &verdict));
    verdict.reason = REASON_NO_RESPONSE;
    assert_true(seen_take(&changes, &second, &verdict));
    verdict.disposition = DISPOSITION_DROP;
    assert_true(seen_take(&changes, &second, &verdict));
    verdict.actor = ACTOR_PATH;
    assert_true(seen_take(&changes, &second, &verdict));
    assert_false(seen_take(&changes, &second, &verdict));
}

static void test_what_is_none(void **state)
{
    struct seen changes = {0};
    struct verdict verdict = closed(443);

    (void)state;
    assert_true(seen_take(&changes, &first, &verdict));
    verdict.rtt_ns = 1;
    verdict.evidence = 1;
    verdict.ttl = 1;
    verdict.confidence = CONFIDENCE_CERTAIN;
    assert_false(seen_take(&changes, &first, &verdict));
}

static void test_there_is_an_end(void **state)
{
    struct seen changes = {0};

    (void)state;
    for (uint16_t port = 1; port < 100; port++) {
        struct verdict verdict = closed(port);
        assert_true(seen_take(&changes, &first, &verdict));
    }
    assert_int_equal(changes.count, RESULT_TARGETS_MAX * POLICY_PORTS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_is_news_once),
        cmocka_unit_test(test_what_is_news),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_there_is_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
