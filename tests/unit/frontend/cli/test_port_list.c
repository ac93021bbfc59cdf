/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "frontend/cli/port_list.h"

static struct policy policy;

static int set_up(void **state)
{
    (void)state;
    policy_init(&policy);
    return 0;
}

static void test_what_is_read(void **state)
{
    static const struct {
        const char *text;
        unsigned count;
        uint16_t ports[3];
    } rows[] = {
        {"443", 1, {443}},
        {"443,22,80", 3, {443, 22, 80}},
        {"https", 1, {443}},
        {"HTTPS,Ssh", 2, {443, 22}},
        {"ms-sql-s,25565,pop3", 3, {1433, 25565, 110}},
        {"00443", 1, {443}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct request request = {0};
        struct problem problem = {0};
        assert_true(port_list_read(rows[i].text, &policy, &request, &problem));
        assert_int_equal(request.port_count, rows[i].count);
        assert_memory_equal(request.ports, rows[i].ports, sizeof(rows[i].ports));
    }
}

static void test_what_is_refused(void **state)
{
    static const struct {
        const char *text, *code, *pointer, *part;
    } rows[] = {
        {"", "not-an-integer", "#/ports/0", "PORT 1 is empty"},
        {"443,", "not-an-integer", "#/ports/1", "PORT 2 is empty"},
        {",443", "not-an-integer", "#/ports/0", "PORT 1 is empty"},
        {"htps", "unknown-service", "#/ports/0", "PORT 1, \"htps\", is neither"},
        {"443,htps", "unknown-service", "#/ports/1", "PORT 2, \"htps\", is neither"},
        {"https ", "unknown-service", "#/ports/0", "\"https \""},
        {"-1", "unknown-service", "#/ports/0", "\"-1\""},
        {"80.0", "unknown-service", "#/ports/0", "\"80.0\""},
        {"1e3", "unknown-service", "#/ports/0", "\"1e3\""},
        {"\033[31m", "not-an-integer", "#/ports/0", "neither a number nor a name"},
        {"a-name-that-is-longer-than-any-service-can-be-called", "unknown-service", "#/ports/0",
         "PORT 1, \"a-name-that-is-longer-than-any-service-c\","},
        {"0", "out-of-range", "#/ports/0", "1 to 65535"},
        {"65536", "out-of-range", "#/ports/0", "1 to 65535"},
        {"4294967739", "out-of-range", "#/ports/0", "1 to 65535"},
        {"https,443", "duplicate", "#/ports/1", "443 is listed twice"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct request request = {0};
        struct problem problem = {0};
        assert_false(port_list_read(rows[i].text, &policy, &request, &problem));
        assert_int_equal(problem.id, PROBLEM_MALFORMED_REQUEST);
        assert_string_equal(problem.code, rows[i].code);
        assert_string_equal(problem.pointer, rows[i].pointer);
        assert_non_null(strstr(problem.detail, rows[i].part));
    }
}

static void test_the_policy_has_its_say(void **state)
{
    struct request request = {0}, four = {0};
    struct problem problem = {0};

    (void)state;
    assert_false(port_list_read("https,81", &policy, &request, &problem));
    assert_int_equal(problem.id, PROBLEM_PORT_NOT_ALLOWED);
    assert_string_equal(problem.pointer, "#/ports/1");
    assert_false(port_list_read("https,ssh,http,smtp", &policy, &four, &problem));
    assert_int_equal(problem.id, PROBLEM_TOO_MANY_PORTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_is_read, set_up),
        cmocka_unit_test_setup(test_what_is_refused, set_up),
        cmocka_unit_test_setup(test_the_policy_has_its_say, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
