/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/hostname.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/compiler.h"
#include "common/policy.h"
#include "tests/unit/vectors.h"

/* What the frontend says to a host before it would resolve it. */
static void judge(const char *text, size_t len, char *out, size_t out_len)
{
    struct policy policy;
    struct hostname host;
    enum hostname_error error = hostname_parse(text, len, &host);
    enum policy_answer answer;

    policy_init(&policy);
    if (error != HOSTNAME_OK) {
        snprintf(out, out_len, "reject:%s", hostname_error_code(error));
        return;
    }
    answer = host.addr.family != ADDR_NONE ? policy_check_address(&policy, &host.addr) : POLICY_OK;
    if (answer != POLICY_OK)
        snprintf(out, out_len, "reject:%s", policy_answer_name(answer));
    else
        snprintf(out, out_len, "accept:%s", host.text);
}

static unsigned failures, judged;

static void judge_vector(const struct vector *vector)
{
    static char input[8192];
    char got[512], alternatives[1024], *rest = alternatives, *alternative;

    if (strncmp(vector->fields[0], "dns:", 4) == 0)
        return;
    judged++;
    judge(input, vectors_unescape(vector->fields[0], input, sizeof(input)), got, sizeof(got));
    snprintf(alternatives, sizeof(alternatives), "%s", vector->fields[1]);
    while ((alternative = strsep(&rest, "|")) != NULL)
        if (strcmp(alternative, got) == 0)
            return;
    failures++;
    print_error("line %u: %s: got %s, expected %s (%s)\n", vector->line, vector->fields[0], got,
                vector->fields[1], vector->fields[2]);
}

static void test_vectors(void **state)
{
    (void)state;
    vectors_each("tests/data/ssrf_vectors.csv", judge_vector);
    assert_int_equal(failures, 0);
    assert_true(judged > 200);
}

/* What the CSV does not hold; a length of 0 means strlen. */
static const struct {
    const char *input;
    size_t len;
    const char *expected;
} cases[] = {
    {"example.com.", 0, "accept:example.com"},
    {"127\xe3\x80\x82"
     "0\xe3\x80\x82"
     "0\xe3\x80\x82"
     "1",
     0, "reject:invalid-idna"},
    {"soft\xc2\xadhyphen.com", 0, "reject:invalid-idna"},
    {"xn--.com", 0, "reject:invalid-idna"},
    {"xn--abc.com", 0, "reject:invalid-idna"},
    {"b\xc3\xbc"
     "cher.xn--0.com",
     0, "reject:invalid-idna"},
    {"b\xc3\x9c"
     "cher.de",
     0, "reject:invalid-idna"},
    {"bu\xcc\x88"
     "cher.de",
     0, "accept:xn--bcher-kva.de"},
    {"stra\xc3\x9f"
     "e.de",
     0, "accept:xn--strae-oqa.de"},
    {"b\xc3\xbc"
     "cher.LOCAL",
     0, "reject:special-use-name"},
    {"b\xc3\xbc"
     "cher",
     0, "reject:not-fqdn"},
    {"b\xc3\xbc"
     "cher.0x1",
     0, "reject:ambiguous-ipv4"},
    {"b\xc3\xbc"
     "cher.de.",
     0, "accept:xn--bcher-kva.de"},
    {"ab--cd.com", 0, "reject:invalid-host"},
    {"a-.com", 0, "reject:invalid-host"},
    {"\xc3.com", 0, "reject:invalid-host"},
    {"\xc0\xae.com", 0, "reject:invalid-host"},
    {"\xed\xa0\xbd.com", 0, "reject:invalid-host"},
    {"\xf4\x90\x80\x80.com", 0, "reject:invalid-host"},
    {"8.8.8.8\0", 8, "reject:invalid-host"},
    {"\0", 1, "reject:invalid-host"},
    {"8.8.8.8trailing", 7, "accept:8.8.8.8"},
    {"::FFFF:8.8.8.8", 0, "reject:address-embedded"},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", 0,
     "reject:host-too-long"},
};

static void test_more(void **state)
{
    char got[512];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        judge(cases[i].input, cases[i].len != 0 ? cases[i].len : strlen(cases[i].input), got,
              sizeof(got));
        if (strcmp(got, cases[i].expected) != 0)
            print_error("case %zu: %s\n", i, cases[i].input);
        assert_string_equal(got, cases[i].expected);
    }
}

static void test_raw_limit(void **state)
{
    char text[HOSTNAME_INPUT_MAX_LEN + 1], got[512];

    (void)state;
    memset(text, '?', sizeof(text));
    judge(text, sizeof(text) - 1, got, sizeof(got));
    assert_string_equal(got, "reject:invalid-host");
    judge(text, sizeof(text), got, sizeof(got));
    assert_string_equal(got, "reject:host-too-long");
}

static void test_rejected_leaves_output_alone(void **state)
{
    struct hostname host, before;

    (void)state;
    memset(&host, 0x5a, sizeof(host));
    before = host;
    assert_int_equal(hostname_parse("127.1", 5, &host), HOSTNAME_AMBIGUOUS_IPV4);
    assert_memory_equal(&host, &before, sizeof(host));
}

static void test_every_error_has_words(void **state)
{
    (void)state;
    for (unsigned error = HOSTNAME_OK; error <= HOSTNAME_NOT_FQDN; error++) {
        assert_true(strlen(hostname_error_code((enum hostname_error)error)) > 0);
        assert_true(strlen(hostname_error_text((enum hostname_error)error)) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_raw_limit),
        cmocka_unit_test(test_rejected_leaves_output_alone),
        cmocka_unit_test(test_every_error_has_words),
    };

    return cmocka_run_group_tests_name("hostname", tests, NULL, NULL);
}
