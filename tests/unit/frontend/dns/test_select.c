/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of a name's addresses are checked, and why none is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/dns/select.h"

/* An answer as text: addresses with blanks between them, or "!" and a status. */
static struct lookup lookup_of(const char *text)
{
    struct lookup lookup = {.status = LOOKUP_OK};
    char copy[256], *rest = copy, *word;

    if (text[0] == '!') {
        lookup.status = (enum lookup_status)(text[1] - '0');
        return lookup;
    }
    strcpy(copy, text);
    while ((word = strsep(&rest, " ")) != NULL)
        assert_true(addr_parse(word, &lookup.addrs[lookup.count++]));
    return lookup;
}

/* Enumerators as digits, for the rows. */
#define NOT_ASKED  "!0"
#define NO_NAME    "!2"
#define NO_ADDRESS "!3"
#define FAILED     "!4"
#define TIMED_OUT  "!5"

static void test_digits(void **state)
{
    (void)state;
    assert_int_equal(lookup_of(NOT_ASKED).status, LOOKUP_NOT_ASKED);
    assert_int_equal(lookup_of(NO_NAME).status, LOOKUP_NO_NAME);
    assert_int_equal(lookup_of(NO_ADDRESS).status, LOOKUP_NO_ADDRESS);
    assert_int_equal(lookup_of(FAILED).status, LOOKUP_FAILED);
    assert_int_equal(lookup_of(TIMED_OUT).status, LOOKUP_TIMED_OUT);
}

/* outcome: the chosen addresses, or the problem's code. */
static const struct {
    const char *ipv4, *ipv6, *outcome;
    uint32_t warnings;
} rows[] = {
    {"9.9.9.9", NOT_ASKED, "9.9.9.9", 0},
    {NOT_ASKED, "2620:fe::9", "2620:fe::9", 0},
    {"9.9.9.9", "2620:fe::9", "9.9.9.9 2620:fe::9", 0},
    {"9.9.9.9", NO_ADDRESS, "9.9.9.9", 0},
    {"8.8.4.4 9.9.9.9", "2620:fe::9", "8.8.4.4 2620:fe::9", 1U << WARNING_MORE_ADDRESSES},
    {"9.9.9.9", "2620:fe::9 2620:fe::fe", "9.9.9.9 2620:fe::9", 1U << WARNING_MORE_ADDRESSES},
    {"9.9.9.9", TIMED_OUT, "9.9.9.9", 1U << WARNING_IPV6_LOOKUP_FAILED},
    {"9.9.9.9", FAILED, "9.9.9.9", 1U << WARNING_IPV6_LOOKUP_FAILED},
    {FAILED, "2620:fe::9", "2620:fe::9", 1U << WARNING_IPV4_LOOKUP_FAILED},
    /* what DNS64 makes of an A is left out; what it can't have made spoils the name */
    {"9.9.9.9", "64:ff9b::909:909", "9.9.9.9", 1U << WARNING_DNS64},
    {"9.9.9.9", "64:ff9b::909:909 2620:fe::9", "9.9.9.9 2620:fe::9", 1U << WARNING_DNS64},
    {"9.9.9.9", "64:ff9b::7f00:1", "resolves-non-public", 0},
    {"10.0.0.1", "64:ff9b::a00:1", "resolves-non-public", 0},
    {NOT_ASKED, "64:ff9b::909:909", "resolves-non-public", 0},
    /* one bad address spoils the name, wherever it stands */
    {"10.0.0.1", NOT_ASKED, "resolves-non-public", 0},
    {"9.9.9.9 10.0.0.1", "2620:fe::9", "resolves-non-public", 0},
    {"9.9.9.9", "2620:fe::9 ::1", "resolves-non-public", 0},
    {"9.9.9.9", "::ffff:9.9.9.9", "resolves-non-public", 0},
    {FAILED, "fe80::1", "resolves-non-public", 0},
    {"9.9.9.9 5.5.5.5", "2620:fe::9", "opted-out", 0},
    {"9.9.9.9", "2620:fe::9 2a00:5::1", "opted-out", 0},
    {"10.0.0.1 5.5.5.5", NOT_ASKED, "resolves-non-public", 0},
    /* nothing found: the more telling of two reasons */
    {NO_ADDRESS, NO_ADDRESS, "dns-no-address", 0},
    {NO_ADDRESS, NOT_ASKED, "dns-no-address", 0},
    {NO_NAME, NO_ADDRESS, "dns-nxdomain", 0},
    {FAILED, NO_NAME, "dns-error", 0},
    {FAILED, TIMED_OUT, "dns-timeout", 0},
};

static void test_rows(void **state)
{
    struct prefix owners[2];
    struct policy policy;

    (void)state;
    policy_init(&policy);
    assert_int_equal(prefix_parse("5.0.0.0/8", &owners[0]), PREFIX_OK);
    assert_int_equal(prefix_parse("2a00:5::/32", &owners[1]), PREFIX_OK);
    policy.deny = (struct prefix_list){owners, 2};
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const struct lookups lookups = {.ipv4 = lookup_of(rows[i].ipv4),
                                        .ipv6 = lookup_of(rows[i].ipv6)};
        struct selection selection = {.count = 99};
        char outcome[2 * ADDR_TEXT_LEN + 2] = "";
        struct problem problem = {0};
        bool ok = select_addresses(&lookups, &policy, &selection, &problem);

        for (unsigned j = 0; ok && j < selection.count; j++) {
            strcat(outcome, j > 0 ? " " : "");
            addr_format(&selection.addrs[j], outcome + strlen(outcome));
        }
        if (!ok) {
            bool spoilt = lookups.ipv4.count + lookups.ipv6.count > 0;
            assert_int_equal(selection.count, 0);
            assert_int_equal(problem.id,
                             spoilt ? PROBLEM_TARGET_NOT_ALLOWED : PROBLEM_NAME_NOT_FOUND);
            assert_string_equal(problem.pointer, "#/host");
            strcpy(outcome, problem.code);
        }
        if (strcmp(outcome, rows[i].outcome) != 0 || selection.warnings != rows[i].warnings)
            fail_msg("%s, %s: %s, warnings %x", rows[i].ipv4, rows[i].ipv6, outcome,
                     selection.warnings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
