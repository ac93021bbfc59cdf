/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "frontend/model/tls_request.h"

static struct policy policy;

static bool read_query(const char *query, struct tls_request *out, struct problem *problem)
{
    policy_init(&policy);
    *problem = (struct problem){0};
    return tls_request_from_query(query, &policy, out, problem);
}

static void test_sound_questions(void **state)
{
    static const struct {
        const char *query;
        uint16_t port;
        enum starttls starttls;
        enum request_family family;
        bool me, survey, greeting, patient;
    } rows[] = {
        {"host=example.net", 443, STARTTLS_NONE, REQUEST_ANY, false, false, false, false},
        {"", 443, STARTTLS_NONE, REQUEST_ANY, true, false, false, false},
        {"host=", 443, STARTTLS_NONE, REQUEST_ANY, true, false, false, false},
        {"host=example.net&port=25", 25, STARTTLS_SMTP, REQUEST_ANY, false, false, false, false},
        {"host=example.net&port=25&starttls=auto", 25, STARTTLS_SMTP, REQUEST_ANY, false, false,
         false, false},
        {"starttls=none&port=25&host=example.net", 25, STARTTLS_NONE, REQUEST_ANY, false, false,
         false, false},
        {"host=example.net&port=443&starttls=smtp", 443, STARTTLS_SMTP, REQUEST_ANY, false, false,
         false, false},
        {"&host=example.net&&family=ipv6&survey=true&", 443, STARTTLS_NONE, REQUEST_IPV6, false,
         true, false, false},
        {"host=example.net&port=22&service=true", 22, STARTTLS_NONE, REQUEST_ANY, false, false,
         true, false},
        {"host=example.net&service=true&patient=true&port=80", 80, STARTTLS_NONE, REQUEST_ANY,
         false, false, true, true},
        {"host=example.net&survey=false&service=false&patient=false", 443, STARTTLS_NONE,
         REQUEST_ANY, false, false, false, false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct tls_request read;
        struct problem problem;
        if (!read_query(rows[i].query, &read, &problem))
            fail_msg("%s: %s", rows[i].query, problem.detail);
        assert_int_equal(read.request.port_count, 1);
        assert_int_equal(read.request.ports[0], rows[i].port);
        assert_int_equal(read.request.me, rows[i].me);
        assert_int_equal(read.request.family, rows[i].family);
        assert_int_equal(read.starttls, rows[i].starttls);
        assert_int_equal(read.survey, rows[i].survey);
        assert_int_equal(read.greeting, rows[i].greeting);
        assert_int_equal(read.patient, rows[i].patient);
    }
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *query;
        enum problem_cause cause;
        const char *pointer;
    } rows[] = {
        {"host=example.net&port=443&port=25", CAUSE_KEY_DUPLICATE, ""},
        {"host=example.net&host=example.org", CAUSE_KEY_DUPLICATE, ""},
        {"host=example.net&survey=yes", CAUSE_NOT_A_BOOLEAN, "#/survey"},
        {"host=example.net&survey=true&survey=true", CAUSE_KEY_DUPLICATE, ""},
        {"host=example.net&port=25&survey=true", CAUSE_SURVEY_BEHIND, "#/survey"},
        {"host=example.net&service=true&survey=true", CAUSE_SURVEY_BEHIND, "#/survey"},
        {"host=example.net&patient=true", CAUSE_PATIENT_ELSEWHERE, "#/patient"},
        {"host=example.net&port=22&service=true&patient=true", CAUSE_PATIENT_ELSEWHERE,
         "#/patient"},
        {"host=example.net&port=443,25", CAUSE_ONE_PORT, "#/port"},
        {"host=example.net&ports=443", CAUSE_KEY_MEANT, "#/ports"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct tls_request read;
        struct problem problem;
        if (read_query(rows[i].query, &read, &problem))
            fail_msg("%s", rows[i].query);
        if (problem.cause != rows[i].cause)
            fail_msg("%s: cause %d, %s", rows[i].query, (int)problem.cause, problem.detail);
        if (strcmp(problem.pointer, rows[i].pointer) != 0)
            fail_msg("%s: at %s", rows[i].query, problem.pointer);
    }
}

/* The form shows again what was sound. */
static void test_what_was_sound_is_there(void **state)
{
    struct tls_request read;
    struct problem problem;

    (void)state;
    assert_false(read_query("host=example.net&port=25&survey=yes&family=ipv4", &read, &problem));
    assert_string_equal(problem.pointer, "#/survey");
    assert_string_equal(read.request.host.text, "example.net");
    assert_int_equal(read.request.ports[0], 25);
    assert_int_equal(read.request.family, REQUEST_IPV4);
    assert_int_equal(read.starttls, STARTTLS_SMTP);
    /* a port that is not allowed is called as it is called here */
    assert_false(read_query("host=example.net&port=70000", &read, &problem));
    assert_string_equal(problem.pointer, "#/port");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound_questions),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_what_was_sound_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
