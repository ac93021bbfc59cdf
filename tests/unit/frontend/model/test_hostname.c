/* SPDX-License-Identifier: BSD-2-Clause */
/* Every host string of ssrf_vectors.csv, as the body of a JSON string through
 * the decoder that clients' strings go through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "frontend/render/json.h"
#include "tests/unit/support/vectors.h"

enum { OUTCOME_LEN = 512 };

/* "accept:<text>" or "reject:<code>", as the file writes it. */
static void outcome_of(const char *json_text, const struct policy *policy,
                       char outcome[static OUTCOME_LEN])
{
    char body[VECTOR_FIELD_LEN + 64];
    struct request request;
    struct problem problem;
    int len = snprintf(body, sizeof(body), "{\"host\":\"%s\",\"ports\":[443]}", json_text);

    if (len > API_JSON_BODY_MAX_LEN) { /* beyond the API: the parser itself */
        struct hostname host;
        enum hostname_error error = hostname_parse(json_text, strlen(json_text), &host);
        snprintf(outcome, OUTCOME_LEN, "reject:%s", hostname_error_code(error));
    } else if (json_read_request(body, (size_t)len, policy, &request, &problem)) {
        snprintf(outcome, OUTCOME_LEN, "accept:%s", request.host.text);
    } else {
        bool about_host =
            problem.id == PROBLEM_INVALID_HOST || problem.id == PROBLEM_TARGET_NOT_ALLOWED;
        snprintf(outcome, OUTCOME_LEN, "reject:%s",
                 about_host ? problem.code : problem_name(problem.id));
    }
}

static bool is_expected(const char *outcome, const char *expected)
{
    size_t len = strlen(outcome);

    for (const char *at = expected; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, outcome, len) == 0 && (at[len] == '|' || at[len] == '\0'))
            return true;
    }
    return false;
}

/* A file keeps quotes and tabs plain that JSON escapes. */
static void test_every_vector(void **state)
{
    static struct vector row;
    FILE *file = vectors_open("ssrf_vectors.csv");
    unsigned count = 0, wrong = 0;
    struct policy policy;

    (void)state;
    policy_init(&policy);
    while (vectors_next(file, &row)) {
        char outcome[OUTCOME_LEN];
        if (strncmp(row.fields[0], "dns:", 4) == 0)
            continue;
        count++;
        outcome_of(row.fields[0], &policy, outcome);
        if (is_expected(outcome, row.fields[1]))
            continue;
        wrong++;
        print_error("%s (%s): %s, expected %s\n", row.fields[0], row.fields[2], outcome,
                    row.fields[1]);
    }
    fclose(file);
    assert_int_equal(wrong, 0);
    assert_int_equal(count, 255);
}

static void assert_error(const char *text, size_t len, enum hostname_error wanted)
{
    struct hostname host;

    assert_string_equal(hostname_error_code(hostname_parse(text, len, &host)),
                        hostname_error_code(wanted));
}

static void test_bytes_that_json_would_not_carry(void **state)
{
    static const char nul[] = "127.0.0.1\0.example.net";
    char long_name[HOSTNAME_INPUT_MAX_LEN + 2];

    (void)state;
    assert_error(nul, sizeof(nul) - 1, HOSTNAME_INVALID);
    assert_error("a.io\n", 5, HOSTNAME_INVALID);
    assert_error("\xc0\xaf.io", 5, HOSTNAME_INVALID);     /* overlong */
    assert_error("\xed\xa0\x80.io", 6, HOSTNAME_INVALID); /* a surrogate */
    assert_error("\xff\xfe", 2, HOSTNAME_INVALID);
    assert_error("", 0, HOSTNAME_INVALID);
    memset(long_name, 'a', sizeof(long_name));
    assert_error(long_name, sizeof(long_name), HOSTNAME_TOO_LONG);
}

/* Which code wins where several rules are broken, and what the file has not. */
static void test_codes(void **state)
{
    static const char label_of_64[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static const struct {
        const char *text, *code;
    } rows[] = {
        {"xn--.com", "invalid-idna"},
        {"xn--abc-.com", "invalid-idna"},
        {"127\xe3\x80\x82"
         "0\xe3\x80\x82"
         "0\xe3\x80\x82"
         "1",
         "invalid-idna"},
        {"soft\xc2\xad"
         "hyphen.com",
         "invalid-idna"},
        {"b\xc3\xbc"
         "cher.xn--0.com",
         "invalid-idna"},
        {"b\xc3\x9c"
         "cher.de",
         "invalid-idna"},
        {"b\xc3\xbc"
         "cher.LOCAL",
         "special-use-name"},
        {"b\xc3\xbc"
         "cher.0x1",
         "ambiguous-ipv4"},
        {"b\xc3\xbc"
         "cher",
         "not-fqdn"},
        {"ab--cd.com", "invalid-host"},
        {"a-.com", "invalid-host"},
        {"-..local", "invalid-host"},
        {label_of_64, "host-too-long"},
    };
    char text[160];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct hostname host;
        enum hostname_error error = hostname_parse(rows[i].text, strlen(rows[i].text), &host);
        if (strcmp(hostname_error_code(error), rows[i].code) != 0)
            print_error("%s\n", rows[i].text);
        assert_string_equal(hostname_error_code(error), rows[i].code);
    }
    snprintf(text, sizeof(text), "-.xn--0.%s.local", label_of_64);
    assert_error(text, strlen(text), HOSTNAME_TOO_LONG);
}

static void test_every_error_has_a_code(void **state)
{
    (void)state;
    for (enum hostname_error error = HOSTNAME_OK; error <= HOSTNAME_NOT_FQDN; error++) {
        assert_true(strlen(hostname_error_code(error)) > 0);
    }
}

static void test_canonical_forms(void **state)
{
    static const char *const pairs[][2] = {
        {"EXAMPLE.com.", "example.com"},
        {"b\xc3\xbc"
         "cher.de",
         "xn--bcher-kva.de"},
        {"2A00:1450:4001:80E::200E", "2a00:1450:4001:80e::200e"},
        {"8.8.8.8", "8.8.8.8"},
        {"bu\xcc\x88"
         "cher.de",
         "xn--bcher-kva.de"}, /* NFC */
        {"stra\xc3\x9f"
         "e.de.",
         "xn--strae-oqa.de"},
    };
    struct hostname host;

    (void)state;
    for (unsigned i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_int_equal(hostname_parse(pairs[i][0], strlen(pairs[i][0]), &host), HOSTNAME_OK);
        assert_string_equal(host.text, pairs[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_vector),
        cmocka_unit_test(test_bytes_that_json_would_not_carry),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_every_error_has_a_code),
        cmocka_unit_test(test_canonical_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
