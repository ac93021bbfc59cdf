/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "frontend/model/request.h"

static struct policy policy;

static bool read_query(const char *query, struct request *request, struct problem *problem)
{
    policy_init(&policy);
    *problem = (struct problem){0};
    return request_from_query(query, &policy, request, problem);
}

static void test_sound_queries(void **state)
{
    static const struct {
        const char *query, *host; /* NULL: the client's own */
        enum request_family family;
        uint8_t port_count;
        uint16_t ports[POLICY_PORTS_MAX];
        bool trace, packets, service, from_all;
        const char *from; /* the first place */
    } rows[] = {
        {"host=example.net&ports=443",
         "example.net",
         REQUEST_ANY,
         1,
         {443},
         false,
         false,
         false,
         false,
         NULL},
        {"ports=443&host=me", NULL, REQUEST_ANY, 1, {443}, false, false, false, false, NULL},
        {"ports=443", NULL, REQUEST_ANY, 1, {443}, false, false, false, false, NULL},
        {"host=+EXAMPLE.net+&ports=22,80,443&family=ipv6",
         "example.net",
         REQUEST_IPV6,
         3,
         {22, 80, 443},
         false,
         false,
         false,
         false,
         NULL},
        {"host=example.net&ports=443&ports=22",
         "example.net",
         REQUEST_ANY,
         2,
         {443, 22},
         false,
         false,
         false,
         false,
         NULL},
        {"host=example.net&ports=%34%343",
         "example.net",
         REQUEST_ANY,
         1,
         {443},
         false,
         false,
         false,
         false,
         NULL},
        {"host=example.net&ports=443&trace=true&packets=true&service=true&from=all",
         "example.net",
         REQUEST_ANY,
         1,
         {443},
         true,
         true,
         true,
         true,
         NULL},
        {"host=example.net&ports=443&trace=false&from=fra,iad",
         "example.net",
         REQUEST_ANY,
         1,
         {443},
         false,
         false,
         false,
         false,
         "fra"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct request read;
        struct problem problem;
        if (!read_query(rows[i].query, &read, &problem))
            fail_msg("%s: %s", rows[i].query, problem.detail);
        assert_int_equal(read.me, rows[i].host == NULL);
        if (rows[i].host != NULL)
            assert_string_equal(read.host.text, rows[i].host);
        assert_int_equal(read.family, rows[i].family);
        assert_int_equal(read.port_count, rows[i].port_count);
        assert_memory_equal(read.ports, rows[i].ports, sizeof(read.ports));
        assert_int_equal(read.trace, rows[i].trace);
        assert_int_equal(read.packets, rows[i].packets);
        assert_int_equal(read.service, rows[i].service);
        assert_int_equal(read.from_all, rows[i].from_all);
        assert_int_equal(read.from_count > 0, rows[i].from != NULL);
        if (rows[i].from != NULL)
            assert_string_equal(read.from[0], rows[i].from);
        assert_int_equal(request_asks_places(&read), rows[i].from != NULL || rows[i].from_all);
    }
}

static void test_refused_queries(void **state)
{
    static const struct {
        const char *query;
        enum problem_id id;
        const char *pointer;
    } rows[] = {
        {"host=example.net", PROBLEM_MALFORMED_REQUEST, "#/ports"},
        {"host=example.net&ports=", PROBLEM_MALFORMED_REQUEST, "#/ports"},
        {"host=example.net&ports=443,443", PROBLEM_MALFORMED_REQUEST, "#/ports/1"},
        {"host=example.net&ports=0", PROBLEM_MALFORMED_REQUEST, "#/ports/0"},
        {"host=example.net&ports=22,65536", PROBLEM_MALFORMED_REQUEST, "#/ports/1"},
        {"host=example.net&ports=443x", PROBLEM_MALFORMED_REQUEST, "#/ports/0"},
        {"host=example.net&ports=22,25,80,443", PROBLEM_TOO_MANY_PORTS, "#/ports/3"},
        {"host=example.net&ports=1", PROBLEM_PORT_NOT_ALLOWED, "#/ports/0"},
        {"host=example.net&ports=443&family=ipv5", PROBLEM_MALFORMED_REQUEST, "#/family"},
        {"host=example.net&ports=443&trace=1", PROBLEM_MALFORMED_REQUEST, "#/trace"},
        {"host=example.net&ports=443&host=example.org", PROBLEM_MALFORMED_REQUEST, ""},
        {"host=a%2&ports=443", PROBLEM_MALFORMED_REQUEST, ""},
        {"host=a%00&ports=443", PROBLEM_MALFORMED_REQUEST, ""},
        {"host=192.0.2.1&ports=443&family=ipv6", PROBLEM_MALFORMED_REQUEST, "#/family"},
        {"host=10.0.0.1&ports=443", PROBLEM_TARGET_NOT_ALLOWED, "#/host"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct request read;
        struct problem problem;
        if (read_query(rows[i].query, &read, &problem))
            fail_msg("%s", rows[i].query);
        if (problem.id != rows[i].id || strcmp(problem.pointer, rows[i].pointer) != 0)
            fail_msg("%s: %s at %s: %s", rows[i].query, problem_name(problem.id), problem.pointer,
                     problem.detail);
    }
}

/* After a mistake it reads on: the form is shown again with all that was typed. */
static void test_what_follows_a_mistake(void **state)
{
    struct request read;
    struct problem problem;

    (void)state;
    assert_false(read_query("trace=x&host=example.net&ports=443&family=ipv4", &read, &problem));
    assert_string_equal(problem.pointer, "#/trace");
    assert_string_equal(read.host.text, "example.net");
    assert_int_equal(read.ports[0], 443);
    assert_int_equal(read.family, REQUEST_IPV4);
}

static void test_ports_as_numbers(void **state)
{
    static const double refused[] = {0, -1, 65536, 22.5, 1e300, INFINITY, NAN};
    struct request request;
    struct problem problem;

    (void)state;
    policy_init(&policy);
    for (unsigned i = 0; i < ARRAY_LEN(refused); i++) {
        request_init(&request);
        assert_false(request_add_port(&request, refused[i], &policy, &problem));
        assert_int_equal(problem.id, PROBLEM_MALFORMED_REQUEST);
        assert_string_equal(problem.pointer, "#/ports/0");
    }
    request_init(&request);
    assert_true(request_add_port(&request, 22, &policy, &problem));
    assert_true(request_add_port(&request, 443.0, &policy, &problem));
    assert_int_equal(request.port_count, 2);
    assert_int_equal(request.ports[1], 443);
}

static void test_decoding(void **state)
{
    static const struct {
        const char *text, *out; /* NULL: refused */
    } rows[] = {
        {"a+b%20c", "a b c"},
        {"%41%e4%C3", "A\xe4\xc3"},
        {"", ""},
        {"12345678", NULL},
        {"1234567", "1234567"},
        {"%", NULL},
        {"%4", NULL},
        {"%4g", NULL},
        {"%00", NULL},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char out[8];
        int len = request_decode_value(rows[i].text, strlen(rows[i].text), out, sizeof(out));
        assert_int_equal(len, rows[i].out != NULL ? (int)strlen(rows[i].out) : -1);
        if (rows[i].out != NULL)
            assert_string_equal(out, rows[i].out);
    }
}

static void test_families(void **state)
{
    struct request request = {.family = REQUEST_ANY};

    (void)state;
    assert_true(request_wants_family(&request, ADDR_IPV4));
    assert_true(request_wants_family(&request, ADDR_IPV6));
    request.family = REQUEST_IPV4;
    assert_true(request_wants_family(&request, ADDR_IPV4));
    assert_false(request_wants_family(&request, ADDR_IPV6));
    request.family = REQUEST_IPV6;
    assert_false(request_wants_family(&request, ADDR_IPV4));
    assert_true(request_wants_family(&request, ADDR_IPV6));
}

static void test_the_port_that_has_srv_records(void **state)
{
    struct request request = {.ports = {443, 25565, 5222}, .port_count = 3};

    (void)state;
    assert_int_equal(request_service_port(&request), 25565);
    request.port_count = 1;
    assert_int_equal(request_service_port(&request), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound_queries),
        cmocka_unit_test(test_refused_queries),
        cmocka_unit_test(test_what_follows_a_mistake),
        cmocka_unit_test(test_ports_as_numbers),
        cmocka_unit_test(test_decoding),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_the_port_that_has_srv_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
