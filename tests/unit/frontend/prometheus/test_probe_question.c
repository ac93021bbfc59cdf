/* SPDX-License-Identifier: BSD-2-Clause */
/* What Prometheus may ask /probe, and how it is told what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "frontend/prometheus/probe_question.h"

static struct policy policy;
static struct probe_question question;
static struct problem problem;

static bool reads(const char *query)
{
    return probe_question_read(query, &policy, true, &question, &problem);
}

static int setup(void **state)
{
    (void)state;
    policy_init(&policy);
    return 0;
}

static void test_targets(void **state)
{
    const struct request *request = &question.asked.request;

    (void)state;
    assert_true(reads("target=example.net:443"));
    assert_string_equal(request->host.text, "example.net");
    assert_int_equal(request->port_count, 1);
    assert_int_equal(request->ports[0], 443);
    assert_string_equal(question.module->name, "tcp_connect");
    assert_false(question.module->tls);
    assert_true(reads("module=tcp_ipv4&target=example.net%3A22"));
    assert_int_equal(request->ports[0], 22);
    assert_int_equal(request->family, REQUEST_IPV4);
    assert_true(reads("target=%5b2606:4700:4700::1111%5D:443&module=tls_ipv6"));
    assert_string_equal(request->host.text, "2606:4700:4700::1111");
    assert_true(question.module->tls);
    assert_true(reads("target=93.184.215.14:25&module=tls"));
    assert_int_equal(question.asked.starttls, STARTTLS_SMTP);
    assert_true(reads("target=a.net:443&from=fra,iad"));
    assert_int_equal(request->from_count, 2);
    assert_string_equal(request->from[1], "iad");
    assert_true(reads("target=a.net:443&from=all"));
    assert_true(request->from_all);
    assert_true(reads("target=a.net:443&from="));
    assert_false(request_asks_places(request));
    assert_true(reads("target=me:443"));
    assert_true(request->me);
}

static void test_every_module_is_found(void **state)
{
    char query[128];
    unsigned count = 0;

    (void)state;
    for (const struct probe_module *module; (module = probe_module_at(count)) != NULL; count++) {
        snprintf(query, sizeof(query), "target=example.net:443&module=%s", module->name);
        assert_true(reads(query));
        assert_ptr_equal(question.module, module);
        assert_int_equal(question.asked.request.family, module->family);
        assert_int_equal(probe_question_read(query, &policy, false, &question, &problem),
                         !module->tls);
    }
    assert_int_equal(count, 12);
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *query;
        enum problem_cause cause;
        const char *pointer;
    } rows[] = {
        {"", CAUSE_PROBE_TARGET, "#/target"},
        {"target=", CAUSE_PROBE_TARGET, "#/target"},
        {"target=example.net", CAUSE_PROBE_TARGET, "#/target"},
        {"target=example.net:", CAUSE_PROBE_TARGET, "#/target"},
        {"target=:443", CAUSE_PROBE_TARGET, "#/target"},
        {"target=example.net:https", CAUSE_PROBE_TARGET, "#/target"},
        {"target=https://example.net", CAUSE_PROBE_TARGET, "#/target"},
        {"target=http://example.net:80/", CAUSE_PROBE_TARGET, "#/target"},
        {"target=2606:4700:4700::1111:443", CAUSE_PROBE_TARGET, "#/target"},
        {"target=[example.net]:443", CAUSE_PROBE_TARGET, "#/target"},
        {"target=[]:443", CAUSE_HOST_EMPTY, "#/target"},
        {"target=example.net:0443", CAUSE_PROBE_TARGET, "#/target"},
        {"target=example.net:443443", CAUSE_PROBE_TARGET, "#/target"},
        {"target=example.net:65536", CAUSE_PORT_OUT_OF_RANGE, "#/target"},
        {"target=example.net:81", CAUSE_PORT_NOT_ALLOWED, "#/target"},
        {"target=127.1:443", CAUSE_HOST_AMBIGUOUS_IPV4, "#/target"},
        {"target=10.0.0.1:443", CAUSE_ADDRESS_NOT_PUBLIC, "#/target"},
        {"target=93.184.215.14:443&module=tcp_ipv6", CAUSE_FAMILY_MISMATCH, "#/module"},
        {"target=a.net:443&module=http_2xx", CAUSE_PROBE_MODULE, "#/module"},
        {"target=a.net:443&module=", CAUSE_PROBE_MODULE, "#/module"},
        {"target=a.net:443&target=b.net:443", CAUSE_KEY_DUPLICATE, ""},
        {"target=a.net:443&module=tcp&module=tcp", CAUSE_KEY_DUPLICATE, ""},
        {"target=%00:443", CAUSE_BAD_ENCODING, ""},
        {"target=%zz:443", CAUSE_BAD_ENCODING, ""},
        {"target=a.net:443&module=tcp_connect_and_a_name_that_is_much_too_long", CAUSE_BAD_ENCODING,
         ""},
        {"target=a.net:443&debug=true", CAUSE_KEY_UNKNOWN_NAMED, "#/debug"},
        {"targets=a.net:443", CAUSE_KEY_MEANT, "#/targets"},
        {"target=a.net:443&module", CAUSE_PROBE_MODULE, "#/module"},
        {"target=a.net:443&module=tls&from=fra", CAUSE_PROBE_FROM, "#/from"},
        {"target=a.net:443&from=fra,", CAUSE_PLACE_MALFORMED, "#/from/1"},
        {"target=a.net:443&from=fra,fra", CAUSE_PLACE_DUPLICATE, "#/from/1"},
        {"target=a.net:443&from=all,fra", CAUSE_PLACE_MALFORMED, "#/from/0"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        assert_false(reads(rows[i].query));
        if (problem.cause != rows[i].cause)
            print_error("%s: %s\n", rows[i].query, problem.detail);
        assert_int_equal(problem.cause, rows[i].cause);
        assert_string_equal(problem.pointer, rows[i].pointer);
    }
    assert_false(reads("target=a.net:443&module=x"));
    assert_non_null(strstr(problem.detail, "tls_connect"));
    assert_false(
        probe_question_read("target=a.net:443&module=tls", &policy, false, &question, &problem));
    assert_null(strstr(problem.detail, "tls_connect"));
}

static void test_time(void **state)
{
    static const struct {
        const char *header;
        uint32_t ms;
    } rows[] = {
        {"10", 9500},
        {"3.25", 2750},
        {"1", 500},
        {"0.8", 400},
        {"0.001", 1},
        {"0.0001", 1},
        {"1000000", 86399500},
        {"86400", 86399500},
        {".5", 250},
        {"9999999999999", 86399500},
    };
    static const char *const wrong[] = {"",    "0",    "-1", "ten",   "1e3", "nan",
                                        "inf", "0x10", "1 ", "1.2.3", "."};
    uint32_t ms = 7;

    (void)state;
    assert_true(probe_question_time(NULL, &ms, &problem));
    assert_int_equal(ms, 0);
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        assert_true(probe_question_time(rows[i].header, &ms, &problem));
        assert_int_equal(ms, rows[i].ms);
    }
    for (unsigned i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_false(probe_question_time(wrong[i], &ms, &problem));
        assert_int_equal(problem.cause, CAUSE_SCRAPE_TIMEOUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_targets, setup),
        cmocka_unit_test_setup(test_every_module_is_found, setup),
        cmocka_unit_test_setup(test_mistakes, setup),
        cmocka_unit_test(test_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
