/* SPDX-License-Identifier: BSD-2-Clause */
/* Causes: each has a sentence, a type, and a limit only where one was hit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "frontend/model/problem.h"
#include "frontend/model/request.h"

static void test_every_cause(void **state)
{
    (void)state;
    for (unsigned cause = CAUSE_TEXT + 1; cause < CAUSE_COUNT; cause++) {
        struct problem problem;
        assert_false(problem_set_numbers(&problem, cause, "#/ports/1", 1, 2));
        problem.word = "word";
        assert_int_equal(problem.cause, cause);
        assert_int_not_equal(problem.id, PROBLEM_NONE);
        assert_int_equal(problem.limit != LIMIT_NONE, problem.id == PROBLEM_RATE_LIMITED);
        assert_string_equal(problem.pointer, "#/ports/1");
        assert_int_equal(problem.retry_after_s, 0);
        problem_write_detail(&problem, problem_format(cause), problem.detail);
        assert_in_range(strlen(problem.detail), 10, PROBLEM_DETAIL_LEN - 40);
        assert_non_null(strchr(".?", problem.detail[strlen(problem.detail) - 1]));
        assert_null(strchr(problem.detail, '%'));
    }
    assert_null(problem_format(CAUSE_TEXT));
}

static void test_numbers_and_words(void **state)
{
    struct problem problem;

    (void)state;
    problem_set_numbers(&problem, CAUSE_CLIENT_SPENT, NULL, 60, UINT32_MAX);
    assert_string_equal(problem.detail,
                        "You have used up your limit of 60 units in 4294967295 seconds.");
    assert_string_equal(problem.code, "client");
    assert_string_equal(problem.pointer, "");
    problem_set_word(&problem, CAUSE_METHOD_NOT_ALLOWED, NULL, "GET, HEAD");
    assert_string_equal(problem.detail, "Allowed methods: GET, HEAD.");
    assert_null(problem.code);
}

/* Whatever the format, the text ends inside its room. */
static void test_long_texts_are_cut(void **state)
{
    char format[2 * PROBLEM_DETAIL_LEN], word[2 * PROBLEM_DETAIL_LEN], text[PROBLEM_DETAIL_LEN];
    struct problem problem;

    (void)state;
    memset(word, 'w', sizeof(word));
    word[sizeof(word) - 1] = '\0';
    for (size_t len = 0; len < sizeof(format) - 3; len++) {
        memset(format, 'f', len);
        memcpy(format + len, len % 2 == 0 ? "%s" : "%1", 3);
        problem_set_word(&problem, CAUSE_NOT_A_STRING, NULL, word);
        problem_write_detail(&problem, format, text);
        assert_true(strnlen(text, sizeof(text)) < sizeof(text));
        if (len % 2 == 0)
            assert_int_equal(strlen(text), sizeof(text) - 1);
    }
    problem_set_word(&problem, CAUSE_NOT_A_STRING, NULL, word);
    assert_int_equal(strlen(problem.detail), PROBLEM_DETAIL_LEN - 1);
}

static void test_words_of_its_own(void **state)
{
    struct problem problem;

    (void)state;
    assert_false(problem_set_text(&problem, PROBLEM_NOT_FOUND, "code", "#/host", "No %u.", 7));
    assert_int_equal(problem.cause, CAUSE_TEXT);
    assert_int_equal(problem.limit, LIMIT_NONE);
    assert_string_equal(problem.detail, "No 7.");
    assert_string_equal(problem.code, "code");
}

static void test_each_mistake_in_a_host_has_its_sentence(void **state)
{
    static const struct {
        const char *host, *code;
        enum problem_cause cause;
    } rows[] = {
        {"a!b", "invalid-host", CAUSE_HOST_INVALID},
        {"a b", "invalid-host", CAUSE_HOST_BLANK},
        {"*.example.net", "invalid-host", CAUSE_HOST_WILDCARD},
        {"https://example.net/", "url-given", CAUSE_HOST_URL_PORT_GIVEN},
        {"example.net/x", "url-given", CAUSE_HOST_URL_GIVEN},
        {"ssh://root@example.net", "url-given", CAUSE_HOST_URL_PORT_GIVEN},
        {"example.net:443", "port-given", CAUSE_HOST_PORT_GIVEN},
        {"[2620:fe::9]:443", "port-given", CAUSE_HOST_PORT_GIVEN},
        {"[2620:fe::9]", "invalid-host", CAUSE_HOST_WRAPPED},
        {"\"example.net\"", "invalid-host", CAUSE_HOST_WRAPPED},
        {"http://", "invalid-host", CAUSE_HOST_EMPTY},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.net:443",
         "invalid-host", CAUSE_HOST_INVALID}, /* too long to be quoted */
        {"\xef\xbc\x91.\xef\xbc\x91.\xef\xbc\x91.\xef\xbc\x91", "ambiguous-ipv4",
         CAUSE_HOST_AMBIGUOUS_IPV4}, /* fullwidth digits */
        {"xn--0.com", "invalid-idna", CAUSE_HOST_INVALID_IDNA},
        {"127.1", "ambiguous-ipv4", CAUSE_HOST_AMBIGUOUS_IPV4},
        {"a.local", "special-use-name", CAUSE_HOST_SPECIAL_USE},
        {"www", "not-fqdn", CAUSE_HOST_NOT_FQDN},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com", "host-too-long",
         CAUSE_HOST_TOO_LONG},
    };

    struct policy policy;

    (void)state;
    policy_init(&policy);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct request request;
        struct problem problem;
        request_init(&request);
        assert_true(request_add_port(&request, 443, &policy, &problem));
        assert_false(request_set_host(&request, rows[i].host, strlen(rows[i].host), &problem) &&
                     request_finish(&request, &policy, &problem));
        assert_int_equal(problem.cause, rows[i].cause);
        assert_int_equal(problem.id, PROBLEM_INVALID_HOST);
        assert_string_equal(problem.code, rows[i].code);
        assert_string_equal(problem.pointer, "#/host");
    }
}

static void test_the_host_that_was_meant(void **state)
{
    struct request request;
    struct problem problem;

    (void)state;
    request_init(&request);
    assert_false(request_set_host(&request, "https://v4.example.net/", 23, &problem));
    assert_string_equal(problem.detail, "The host must be only a name or an address. Did you mean "
                                        "host=v4.example.net, ports=443?");
}

/* Blanks around, invisible characters, capitals and forms of other scripts. */
static void test_what_is_folded(void **state)
{
    static const char *const rows[][2] = {
        {" v4.example.net\t", "v4.example.net"},
        {"\xc2\xa0"
         "example.net\n",
         "example.net"},
        {"\xef\xbb\xbf"
         "example.net",
         "example.net"},
        {"exam\xe2\x80\x8b"
         "ple.net",
         "example.net"},
        {"\xc3\x96sterreich.example.net", "xn--sterreich-z7a.example.net"},
        {"example\xe3\x80\x82net", "example.net"},
        {"\xef\xbc\xa5xample.net", "example.net"},
        {"my_nas.example.net", "my_nas.example.net"},
        {" 8.8.8.8 ", "8.8.8.8"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct request request;
        struct problem problem;
        request_init(&request);
        assert_true(request_set_host(&request, rows[i][0], strlen(rows[i][0]), &problem));
        assert_string_equal(request.host.text, rows[i][1]);
    }
}

/* Only where allow has private addresses, and only in the form of names. */
static void test_names_of_a_lab(void **state)
{
    static const char *const names[] = {"nas", "nas.lan", "a.internal", " NAS.local"};
    struct prefix prefixes[2];
    struct policy policy;

    (void)state;
    policy_init(&policy);
    assert_int_equal(prefix_parse("5.5.0.0/16", &prefixes[0]), PREFIX_OK);
    assert_int_equal(prefix_parse("fd00::/8", &prefixes[1]), PREFIX_OK);
    for (size_t count = 0; count <= 2; count++) {
        policy.allow = (struct prefix_list){prefixes, count};
        assert_int_equal(policy_allows_local_names(&policy), count == 2);
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            struct request request;
            struct problem problem;
            request_init(&request);
            assert_true(request_add_port(&request, 443, &policy, &problem));
            assert_true(request_set_host(&request, names[i], strlen(names[i]), &problem));
            assert_int_equal(request_finish(&request, &policy, &problem), count == 2);
            assert_false(request_set_host(&request, "127.1", 5, &problem));
        }
    }
}

static void test_keys_that_are_none(void **state)
{
    static const char *const rows[][3] = {
        {"port", "#/port", "\"port\" is unknown; did you mean \"ports\"?"},
        {"ports[]", "#/ports[]", "\"ports[]\" is unknown; did you mean \"ports\"?"},
        {"HOST", "#/HOST", "\"HOST\" is unknown; did you mean \"host\"?"},
        {"x", "#/x",
         "\"x\" is unknown. The known keys are host, ports, family, trace, packets, from."},
        {"<b>", "", "The known keys are host, ports, family, trace, packets, from."},
        {"", "", "The known keys are host, ports, family, trace, packets, from."},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct problem problem;
        assert_false(problem_refuse_key(&problem, request_keys, rows[i][0], strlen(rows[i][0])));
        assert_string_equal(problem.code, "unknown-key");
        assert_string_equal(problem.pointer, rows[i][1]);
        assert_string_equal(problem.detail, rows[i][2]);
    }
}

static void test_limits_have_names(void **state)
{
    (void)state;
    for (unsigned a = 0; a < LIMIT_COUNT; a++)
        for (unsigned b = 0; b < a; b++)
            assert_string_not_equal(limit_name(a), limit_name(b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cause),
        cmocka_unit_test(test_numbers_and_words),
        cmocka_unit_test(test_long_texts_are_cut),
        cmocka_unit_test(test_words_of_its_own),
        cmocka_unit_test(test_each_mistake_in_a_host_has_its_sentence),
        cmocka_unit_test(test_the_host_that_was_meant),
        cmocka_unit_test(test_what_is_folded),
        cmocka_unit_test(test_names_of_a_lab),
        cmocka_unit_test(test_keys_that_are_none),
        cmocka_unit_test(test_limits_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
