/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "common/base/hex.h"
#include "frontend/model/result.h"

static const struct addr target_addr = {ADDR_IPV4, {198, 18, 3, 2}};
static const uint16_t ports[] = {443, 22};

static void test_a_target_of_which_nothing_is_known(void **state)
{
    struct result_target target;

    (void)state;
    memset(&target, 0xa5, sizeof(target));
    result_target_init(&target, &target_addr, ports, 2, true);
    assert_true(addr_equal(&target.addr, &target_addr));
    assert_int_equal(target.port_count, 2);
    assert_true(target.shows_packets);
    for (unsigned i = 0; i < 2; i++) {
        struct verdict empty;
        verdict_init(&empty, ports[i]);
        assert_memory_equal(&target.verdicts[i], &empty, sizeof(empty));
        assert_false(target.done[i]);
        assert_int_equal(target.trails[i].packet_count, 0);
        assert_null(target.trails[i].packets);
    }
}

/* Each port once; the second and what was not asked for fit nowhere. */
static void test_results_find_their_port(void **state)
{
    struct result result = {.target_count = 1};
    struct wire_message message = {.type = WIRE_RESULT};
    unsigned index = 9;

    (void)state;
    result_target_init(&result.targets[0], &target_addr, ports, 2, false);
    verdict_init(&message.result.verdict, 22);
    message.result.verdict.state = STATE_OPEN;
    assert_true(result_take(&result.targets[0], &message, &index));
    assert_int_equal(index, 1);
    assert_int_equal(result.targets[0].verdicts[1].state, STATE_OPEN);
    assert_false(result_is_complete(&result));
    assert_false(result_take(&result.targets[0], &message, &index));
    message.result.verdict.port = 80;
    assert_false(result_take(&result.targets[0], &message, &index));
    message.result.verdict.port = 443;
    assert_true(result_take(&result.targets[0], &message, &index));
    assert_true(result_is_complete(&result));
    result_free(&result);
}

/* Whose address it is, the prober does not know: cdn-edge follows from the network alone. */
static void test_an_edge_is_evidence(void **state)
{
    const uint64_t edge = UINT64_C(1) << EVIDENCE_CDN_EDGE;
    const uint64_t other = UINT64_C(1) << EVIDENCE_ECHO_ANSWERED;
    struct wire_message message = {.type = WIRE_RESULT};
    struct result_target target;
    unsigned index;

    (void)state;
    for (unsigned cdn = 0; cdn < NETWORK_CDN_COUNT; cdn++)
        for (unsigned said = 0; said < 2; said++) {
            uint64_t expected = other | (cdn == NETWORK_CDN_YES ? edge : 0);
            result_target_init(&target, &target_addr, ports, 2, false);
            target.network.cdn = (enum network_cdn)cdn;
            verdict_init(&message.result.verdict, 443);
            message.result.verdict.evidence = other | (said ? edge : 0);
            assert_true(result_take(&target, &message, &index));
            assert_int_equal(target.verdicts[0].evidence, expected);
            result_set_verdict(&target, 1, &message.result.verdict);
            assert_int_equal(target.verdicts[1].evidence, expected);
        }
}

static void test_whose_name_is_out_of_date(void **state)
{
    static const struct addr at_home = {ADDR_IPV4, {93, 184, 215, 14}};
    static const struct addr inside = {ADDR_IPV4, {192, 168, 1, 2}};
    static const struct {
        const char *host;
        enum network_visitor first, second;
        const struct addr *client;
        bool warns;
    } rows[] = {
        {"home.duckdns.org", NETWORK_VISITOR_NO, NETWORK_VISITOR_UNKNOWN, &at_home, true},
        {"x.home.myfritz.net", NETWORK_VISITOR_NO, NETWORK_VISITOR_UNKNOWN, &at_home, true},
        {"home.duckdns.org", NETWORK_VISITOR_YES, NETWORK_VISITOR_UNKNOWN, &at_home, false},
        {"home.duckdns.org", NETWORK_VISITOR_NO, NETWORK_VISITOR_YES, &at_home, false},
        {"home.duckdns.org", NETWORK_VISITOR_UNKNOWN, NETWORK_VISITOR_UNKNOWN, &at_home, false},
        {"home.duckdns.org", NETWORK_VISITOR_NO, NETWORK_VISITOR_UNKNOWN, &inside, false},
        {"home.duckdns.org", NETWORK_VISITOR_NO, NETWORK_VISITOR_UNKNOWN, NULL, false},
        {"duckdns.org", NETWORK_VISITOR_NO, NETWORK_VISITOR_UNKNOWN, &at_home, false},
        {"myduckdns.org", NETWORK_VISITOR_NO, NETWORK_VISITOR_UNKNOWN, &at_home, false},
        {"example.net", NETWORK_VISITOR_NO, NETWORK_VISITOR_UNKNOWN, &at_home, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct result result = {.target_count = 2};
        strcpy(result.host, rows[i].host);
        result.targets[0].network.is_visitor = rows[i].first;
        result.targets[1].network.is_visitor = rows[i].second;
        result_judge_networks(&result, rows[i].client, 0);
        assert_int_equal(result.warnings, rows[i].warns ? 1U << WARNING_NAME_IS_NOT_VISITOR : 0);
    }
}

static void test_old_data(void **state)
{
    struct result result = {.target_count = 1, .started_wall_ns = 1000 * NS_PER_S};

    (void)state;
    result_judge_networks(&result, NULL, 100);
    assert_int_equal(result.warnings, 0); /* none */
    result.targets[0].network.as_of_s = 900;
    result_judge_networks(&result, NULL, 100);
    assert_int_equal(result.warnings, 0);
    result.targets[0].network.as_of_s = 899;
    result_judge_networks(&result, NULL, 100);
    assert_int_equal(result.warnings, 1U << WARNING_DATA_OLD);
}

static struct result answered(enum verdict_reason ipv4, enum verdict_reason ipv6)
{
    static const struct addr other = {ADDR_IPV6, {0x26, 0x20}};
    struct result result = {.target_count = 2};

    result_target_init(&result.targets[0], &target_addr, ports, 2, false);
    result_target_init(&result.targets[1], &other, ports, 2, false);
    for (unsigned i = 0; i < 2; i++) {
        result.targets[0].verdicts[i].reason = ipv4;
        result.targets[1].verdicts[i].reason = ipv6;
    }
    return result;
}

static void test_a_family_that_the_checker_lacks(void **state)
{
    struct result result = answered(REASON_SYN_ACK, REASON_NO_ROUTE);

    (void)state;
    assert_false(result_is_held(&result, 0, 1));
    assert_true(result_is_held(&result, 1, 1));
    assert_true(result_drop_missing_family(&result));
    assert_int_equal(result.target_count, 1);
    assert_int_equal(result.targets[0].addr.family, ADDR_IPV4);
    assert_int_equal(result.warnings, 1U << WARNING_NO_IPV6_HERE);

    result = answered(REASON_NO_ROUTE, REASON_RESET);
    assert_true(result_drop_missing_family(&result));
    assert_int_equal(result.targets[0].addr.family, ADDR_IPV6);
    assert_int_equal(result.targets[0].verdicts[1].reason, REASON_RESET);
    assert_int_equal(result.warnings, 1U << WARNING_NO_IPV4_HERE);
}

/* Without any other answer, no route is the answer. */
static void test_no_route_at_all(void **state)
{
    struct result result = answered(REASON_NO_ROUTE, REASON_NO_ROUTE);

    (void)state;
    assert_false(result_drop_missing_family(&result));
    assert_int_equal(result.target_count, 2);
    assert_int_equal(result.warnings, 0);
    result.target_count = 1;
    assert_false(result_is_held(&result, 0, 0));
    assert_false(result_drop_missing_family(&result));
    result = answered(REASON_SYN_ACK, REASON_NO_ROUTE);
    result.targets[1].verdicts[0].reason = REASON_SYN_ACK;
    assert_false(result_drop_missing_family(&result));
}

static void test_hexadecimal_digits(void **state)
{
    char text[5];

    (void)state;
    for (int i = 0; i < 16; i++) {
        assert_int_equal(hex_digit_value("0123456789abcdef"[i]), i);
        assert_int_equal(hex_digit_value("0123456789ABCDEF"[i]), i);
    }
    for (const char *c = "/:@G`g \x80"; *c != '\0'; c++)
        assert_int_equal(hex_digit_value(*c), -1);
    assert_int_equal(hex_digit_value('\0'), -1);
    hex_write((const uint8_t[]){0x0f, 0xa5}, 2, text);
    assert_string_equal(text, "0fa5");
    hex_write(NULL, 0, text);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_target_of_which_nothing_is_known),
        cmocka_unit_test(test_results_find_their_port),
        cmocka_unit_test(test_an_edge_is_evidence),
        cmocka_unit_test(test_whose_name_is_out_of_date),
        cmocka_unit_test(test_old_data),
        cmocka_unit_test(test_a_family_that_the_checker_lacks),
        cmocka_unit_test(test_no_route_at_all),
        cmocka_unit_test(test_hexadecimal_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
