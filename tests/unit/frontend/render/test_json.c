/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests in, as JSON and as a query; answers out, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "frontend/render/json.h"
#include "frontend/render/text.h"

#define OK "ok"

/* The body's length counts, so that NUL can be in it. */
static const struct {
    const char *body;
    const char *problem, *code, *pointer;
} bodies[] = {
    {"{\"host\":\"example.net\",\"ports\":[443]}", OK, NULL, ""},
    {" {\n\t\"ports\" : [ 443 , 22, 25 ] }\r\n", OK, NULL, ""},
    {"{\"host\":\"me\",\"ports\":[80],\"family\":\"ipv4\",\"trace\":true,\"packets\":false}", OK,
     NULL, ""},
    {"{\"host\":\"8.8.8.8\",\"ports\":[8e1]}", OK, NULL, ""},
    {"{\"host\":\"\\u0065xample.net\",\"ports\":[443]}", OK, NULL, ""},

    {"", "malformed-request", "not-json", ""},
    {"null", "malformed-request", "not-json", ""},
    {"[]", "malformed-request", "not-json", ""},
    {"\"x\"", "malformed-request", "not-json", ""},
    {"{\"ports\":[443]", "malformed-request", "not-json", ""},
    {"{\"ports\":[443]}}", "malformed-request", "not-json", ""},
    {"{\"ports\":[443]} x", "malformed-request", "not-json", ""},
    {"{\"ports\":[443]}{}", "malformed-request", "not-json", ""},
    {"{'ports':[443]}", "malformed-request", "not-json", ""},
    {"{\"ports\":[443,]}", "malformed-request", "not-json", ""},
    {"{\"ports\":[443],}", "malformed-request", "not-json", ""},
    {"{\"ports\":[0443]}", "malformed-request", "not-json", ""},
    {"{\"ports\":[-0443]}", "malformed-request", "not-json", ""},
    {"{\"ports\":[443.]}", "malformed-request", "not-json", ""},
    {"{\"ports\":[+443]}", "malformed-request", "not-json", ""},
    {"{\"ports\":[NaN]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"a\\u0000b.io\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"a\x01.io\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"a\x7f.io\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"\xff.io\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"\xc0\xaf.io\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"\\ud800.io\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"a.io\n\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"a.io\",\"family\":\"any\t\",\"ports\":[443]}", "malformed-request", "not-json",
     ""},
    {"{\"host\":\"\\\"\n\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"\\u0000\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"\\\\u0000\",\"ports\":[443]}", "invalid-host", "invalid-host", "#/host"},
    {"{\v\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"a.io\\uzzzz.b.io\",\"ports\":[443]}", "malformed-request", "not-json", ""},
    {"{\"host\":\"a.io\\u00", "malformed-request", "not-json", ""},
    {"\xef\xbb\xbf{\"ports\":[443]}", "malformed-request", "not-json", ""},

    {"{}", "malformed-request", "required", "#/ports"},
    {"{\"host\":\"example.net\"}", "malformed-request", "required", "#/ports"},
    {"{\"ports\":[]}", "malformed-request", "required", "#/ports"},
    {"{\"ports\":443}", "malformed-request", "wrong-type", "#/ports"},
    {"{\"ports\":\"443\"}", "malformed-request", "wrong-type", "#/ports"},
    {"{\"ports\":[\"443\"]}", "malformed-request", "not-an-integer", "#/ports/0"},
    {"{\"ports\":[null]}", "malformed-request", "not-an-integer", "#/ports/0"},
    {"{\"ports\":[[443]]}", "malformed-request", "not-an-integer", "#/ports/0"},
    {"{\"ports\":[true]}", "malformed-request", "not-an-integer", "#/ports/0"},
    {"{\"ports\":[80.5]}", "malformed-request", "not-an-integer", "#/ports/0"},
    {"{\"ports\":[0]}", "malformed-request", "out-of-range", "#/ports/0"},
    {"{\"ports\":[443,-1]}", "malformed-request", "out-of-range", "#/ports/1"},
    {"{\"ports\":[65536]}", "malformed-request", "out-of-range", "#/ports/0"},
    {"{\"ports\":[4294967739]}", "malformed-request", "out-of-range", "#/ports/0"},
    {"{\"ports\":[1e400]}", "malformed-request", "out-of-range", "#/ports/0"},
    {"{\"ports\":[443,443]}", "malformed-request", "duplicate", "#/ports/1"},
    {"{\"ports\":[81]}", "port-not-allowed", NULL, "#/ports/0"},
    {"{\"ports\":[443,22,81]}", "port-not-allowed", NULL, "#/ports/2"},
    {"{\"ports\":[443,22,80,25]}", "too-many-ports", NULL, "#/ports/3"},
    {"{\"host\":1,\"ports\":[443]}", "malformed-request", "wrong-type", "#/host"},
    {"{\"host\":null,\"ports\":[443]}", "malformed-request", "wrong-type", "#/host"},
    {"{\"host\":\"\",\"ports\":[443]}", "invalid-host", "invalid-host", "#/host"},
    {"{\"host\":\"http://x.io\",\"ports\":[443]}", "invalid-host", "url-given", "#/host"},
    {"{\"host\":\"127.1\",\"ports\":[443]}", "invalid-host", "ambiguous-ipv4", "#/host"},
    {"{\"host\":\"x.internal\",\"ports\":[443]}", "invalid-host", "special-use-name", "#/host"},
    {"{\"host\":\"x\",\"ports\":[443]}", "invalid-host", "not-fqdn", "#/host"},
    {"{\"host\":\"10.0.0.1\",\"ports\":[443]}", "target-not-allowed", "address-not-public",
     "#/host"},
    {"{\"host\":\"::ffff:8.8.8.8\",\"ports\":[443]}", "target-not-allowed", "address-embedded",
     "#/host"},
    {"{\"ports\":[443],\"family\":\"ip\"}", "malformed-request", "unknown-family", "#/family"},
    {"{\"ports\":[443],\"family\":4}", "malformed-request", "wrong-type", "#/family"},
    {"{\"host\":\"8.8.8.8\",\"ports\":[443],\"family\":\"ipv6\"}", "malformed-request",
     "family-mismatch", "#/family"},
    {"{\"ports\":[443],\"trace\":1}", "malformed-request", "wrong-type", "#/trace"},
    {"{\"ports\":[443],\"packets\":\"true\"}", "malformed-request", "wrong-type", "#/packets"},
    {"{\"ports\":[443],\"port\":1}", "malformed-request", "unknown-key", "#/port"},
    {"{\"PORTS\":[443]}", "malformed-request", "unknown-key", "#/PORTS"},
    {"{\"HOST\":\"a.io\",\"host\":\"b.io\",\"ports\":[443]}", "malformed-request", "unknown-key",
     "#/HOST"},
    {"{\"ports\":[443],\"ports\":[22]}", "malformed-request", "duplicate-key", ""},
    {"{\"host\":\"a.io\",\"ports\":[443],\"host\":\"b.io\"}", "malformed-request", "duplicate-key",
     ""},
};

static void assert_problem(const char *what, bool ok, const struct problem *problem,
                           const char *name, const char *code, const char *pointer)
{
    if (ok != (strcmp(name, OK) == 0))
        fail_msg("%s: %s", what, ok ? "taken" : problem->detail);
    if (ok)
        return;
    if (strcmp(problem_name(problem->id), name) != 0 ||
        strcmp(problem->code != NULL ? problem->code : "", code != NULL ? code : "") != 0 ||
        strcmp(problem->pointer, pointer) != 0 || problem->detail[0] == '\0')
        fail_msg("%s: %s, code %s, pointer %s", what, problem_name(problem->id), problem->code,
                 problem->pointer);
}

static void test_bodies(void **state)
{
    struct policy policy;

    (void)state;
    policy_init(&policy);
    for (unsigned i = 0; i < ARRAY_LEN(bodies); i++) {
        struct request request;
        struct problem problem = {0};
        bool ok =
            json_read_request(bodies[i].body, strlen(bodies[i].body), &policy, &request, &problem);
        assert_problem(bodies[i].body, ok, &problem, bodies[i].problem, bodies[i].code,
                       bodies[i].pointer);
    }
}

static void test_sizes(void **state)
{
    static char body[API_JSON_BODY_MAX_LEN + 2];
    struct request request;
    struct problem problem;
    struct policy policy;

    (void)state;
    policy_init(&policy);
    memset(body, '[', sizeof(body));
    assert_false(json_read_request(body, API_JSON_BODY_MAX_LEN, &policy, &request, &problem));
    assert_string_equal(problem_name(problem.id), "malformed-request");
    assert_false(json_read_request(body, API_JSON_BODY_MAX_LEN + 1, &policy, &request, &problem));
    assert_string_equal(problem_name(problem.id), "body-too-large");
    memset(body, ' ', sizeof(body));
    memcpy(body, "{\"ports\":[443]}", 15);
    assert_true(json_read_request(body, API_JSON_BODY_MAX_LEN, &policy, &request, &problem));
    assert_false(json_read_request("{\"ports\":[443]}\0x", 17, &policy, &request, &problem));
}

static const struct {
    const char *query;
    const char *problem, *code, *pointer;
} queries[] = {
    {"host=example.net&ports=443,22&family=any&trace=false&packets=false", OK, NULL, ""},
    {"host=example.net&ports=443%2C22", OK, NULL, ""},
    {"ports=443&ports=22&ports=25&host=b%C3%BCcher.de", OK, NULL, ""},
    {"&ports=443&&host=&", OK, NULL, ""},
    {"host=2606%3A4700%3a4700::1111&ports=853", OK, NULL, ""},
    {"", "malformed-request", "required", "#/ports"},
    {"host=example.net", "malformed-request", "required", "#/ports"},
    {"ports=443&ports=22&ports=25&ports=80", "too-many-ports", NULL, "#/ports/3"},
    {"ports=443,443", "malformed-request", "duplicate", "#/ports/1"},
    {"ports=443x", "malformed-request", "not-an-integer", "#/ports/0"},
    {"ports=+443", "malformed-request", "not-an-integer", "#/ports/0"},
    {"ports=0443", "malformed-request", "not-an-integer", "#/ports/0"},
    {"ports=443,", "malformed-request", "not-an-integer", "#/ports/1"},
    {"ports=99999999999999999999", "malformed-request", "out-of-range", "#/ports/0"},
    {"ports=81", "port-not-allowed", NULL, "#/ports/0"},
    {"ports=443&host=a.io&host=b.io", "malformed-request", "duplicate-key", ""},
    {"ports=443&hosts=a.io", "malformed-request", "unknown-key", "#/hosts"},
    {"ports=443&Host=a.io", "malformed-request", "unknown-key", "#/Host"},
    {"ports=443&host=%00", "malformed-request", "bad-encoding", ""},
    {"ports=443&host=a%2", "malformed-request", "bad-encoding", ""},
    {"ports=443&host=a%zz", "malformed-request", "bad-encoding", ""},
    {"ports=443,+22", "malformed-request", "not-an-integer", "#/ports/1"},
    {"ports=443&ports=x", "malformed-request", "not-an-integer", "#/ports/1"},
    {"ports=443&host=a+b.io", "invalid-host", "invalid-host", "#/host"},
    {"ports=443&host=127.0.0.1", "target-not-allowed", "address-not-public", "#/host"},
    {"ports=443&trace=yes", "malformed-request", "not-a-boolean", "#/trace"},
    {"ports=443&packets=1", "malformed-request", "not-a-boolean", "#/packets"},
    {"ports=443&family=4", "malformed-request", "unknown-family", "#/family"},
};

static void test_queries(void **state)
{
    struct policy policy;

    (void)state;
    policy_init(&policy);
    for (unsigned i = 0; i < ARRAY_LEN(queries); i++) {
        struct request request;
        struct problem problem = {0};
        bool ok = request_from_query(queries[i].query, &policy, &request, &problem);
        assert_problem(queries[i].query, ok, &problem, queries[i].problem, queries[i].code,
                       queries[i].pointer);
    }
}

/* A host of any length is the host's problem, however it came. */
static void test_long_host_in_a_query(void **state)
{
    char query[4096];
    struct request request;
    struct problem problem = {0};
    struct policy policy;

    (void)state;
    policy_init(&policy);
    memset(query, 'a', sizeof(query));
    memcpy(query, "ports=443&host=", 15);
    query[sizeof(query) - 1] = '\0';
    assert_problem("4 kB", request_from_query(query, &policy, &request, &problem), &problem,
                   "invalid-host", "host-too-long", "#/host");
}

static void test_configured_port_limit(void **state)
{
    struct request request;
    struct problem problem = {0};
    struct policy policy;

    (void)state;
    policy_init(&policy);
    policy.max_ports = 2;
    assert_problem("two", request_from_query("ports=443,22,25", &policy, &request, &problem),
                   &problem, "too-many-ports", NULL, "#/ports/2");
    assert_string_equal(problem.detail, "At most 2 ports can be checked in one request.");
    policy.any_port = true;
    assert_problem("any", request_from_query("ports=4711,1", &policy, &request, &problem), &problem,
                   OK, NULL, "");
}

static void test_refusals(void **state)
{
    static const struct {
        struct wire_refused refused;
        const char *name, *code, *pointer;
        uint32_t retry_after_s;
    } refusals[] = {
        {{1, REFUSED_PORT_NOT_ALLOWED, 2, 0}, "port-not-allowed", NULL, "#/ports/2", 0},
        {{1, REFUSED_TOO_MANY_PORTS, WIRE_NO_PORT, 0}, "too-many-ports", NULL, "", 0},
        {{1, REFUSED_TIMEOUT_TOO_LONG, WIRE_NO_PORT, 0},
         "malformed-request",
         "timeout-too-long",
         "",
         0},
        {{1, REFUSED_ADDRESS_NOT_PUBLIC, WIRE_NO_PORT, 0},
         "target-not-allowed",
         "address-not-public",
         "",
         0},
        {{1, REFUSED_ADDRESS_EMBEDDED, WIRE_NO_PORT, 0},
         "target-not-allowed",
         "address-embedded",
         "",
         0},
        {{1, REFUSED_OPTED_OUT, WIRE_NO_PORT, 0}, "target-not-allowed", "opted-out", "", 0},
        {{1, REFUSED_OWN_NETWORK, WIRE_NO_PORT, 0}, "target-not-allowed", "own-network", "", 0},
        {{1, REFUSED_BUSY, WIRE_NO_PORT, 1}, "busy", NULL, "", 1},
        {{1, REFUSED_RATE_LIMITED, WIRE_NO_PORT, 1000}, "rate-limited", "target", "", 1},
        {{1, REFUSED_RATE_LIMITED, WIRE_NO_PORT, 1001}, "rate-limited", "target", "", 2},
        {{1, REFUSED_RATE_LIMITED, WIRE_NO_PORT, UINT32_MAX},
         "rate-limited",
         "target",
         "",
         4294968},
        {{1, REFUSED_JOB_IN_USE, WIRE_NO_PORT, 0}, "busy", NULL, "", 0},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(refusals); i++) {
        struct problem problem;
        problem_from_refusal(&problem, &refusals[i].refused);
        assert_problem("refusal", false, &problem, refusals[i].name, refusals[i].code,
                       refusals[i].pointer);
        assert_int_equal(problem.retry_after_s, refusals[i].retry_after_s);
    }
}

static void test_what_a_request_says(void **state)
{
    static const char body[] = "{\"host\":\"B\\u00fccher.de\",\"ports\":[443,22],"
                               "\"family\":\"ipv6\",\"trace\":true,\"packets\":true}";
    struct request a, b;
    struct problem problem;
    struct policy policy;

    (void)state;
    policy_init(&policy);
    assert_true(json_read_request(body, sizeof(body) - 1, &policy, &a, &problem));
    assert_string_equal(a.host.text, "xn--bcher-kva.de");
    assert_false(a.me);
    assert_int_equal(a.port_count, 2);
    assert_int_equal(a.ports[0], 443);
    assert_int_equal(a.ports[1], 22);
    assert_int_equal(a.family, REQUEST_IPV6);
    assert_true(a.trace && a.packets);
    assert_true(
        request_from_query("host=B%C3%BCcher.de&ports=443,22&family=ipv6&trace=true&packets=true",
                           &policy, &b, &problem));
    assert_memory_equal(&a.host, &b.host, sizeof(a.host));
    assert_memory_equal(a.ports, b.ports, sizeof(a.ports));
    assert_int_equal(b.family, REQUEST_IPV6);
}

static struct result a_result(void)
{
    struct result result = {
        .host = "example.net",
        .started_wall_ns = UINT64_C(1767323045) * NS_PER_S + 120 * NS_PER_MS,
        .duration_ns = 31234567,
        .target_count = 1,
        .warnings = 1U << WARNING_MORE_ADDRESSES,
    };
    struct result_target *target = &result.targets[0];

    target->addr = (struct addr){ADDR_IPV4, {203, 0, 113, 7}};
    target->port_count = 2;
    target->done[0] = target->done[1] = true;
    verdict_init(&target->verdicts[0], 443);
    target->verdicts[0].state = STATE_OPEN;
    target->verdicts[0].reason = REASON_SYN_ACK;
    target->verdicts[0].disposition = DISPOSITION_ACCEPT;
    target->verdicts[0].actor = ACTOR_HOST;
    target->verdicts[0].confidence = CONFIDENCE_LIKELY;
    target->verdicts[0].evidence = 1U << EVIDENCE_RETRANSMITTED;
    target->verdicts[0].explanations =
        UINT64_C(1) << EXPLANATION_HOST_ACCEPTS | UINT64_C(1) << EXPLANATION_TTL_REWRITTEN;
    target->verdicts[0].rtt_ns = 23100400;
    target->verdicts[0].sent = 2;
    target->verdicts[0].responder = target->addr;
    target->verdicts[0].ttl = 52;
    target->verdicts[0].hops = target->verdicts[0].actor_hop = 13;
    verdict_init(&target->verdicts[1], 81);
    target->verdicts[1].state = STATE_FILTERED;
    target->verdicts[1].disposition = DISPOSITION_DROP;
    target->verdicts[1].sent = 8;
    return result;
}

#define NO_NETWORK                                                                                \
    "\"network\":{\"asn\":null,\"name\":null,\"prefix\":null,\"country\":null,\"provider\":null," \
    "\"provider_from\":null,\"region\":null,\"kind\":null,\"cdn\":null,"                          \
    "\"is_visitor\":null,\"as_of\":null}"

static void assert_text(char *text, const char *wanted)
{
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static void test_golden_result(void **state)
{
    struct result result = a_result();

    (void)state;
    result.targets[0].port_count = 1;
    assert_text(
        json_write_result(&result),
        "{\"host\":\"example.net\",\"started\":\"2026-01-02T03:04:05.120Z\","
        "\"duration_ms\":31.235,\"addresses\":[{\"address\":\"203.0.113.7\",\"family\":"
        "\"ipv4\"," NO_NETWORK ",\"ports\":[{\"port\":443,\"service\":\"https\",\"state\":\"open\","
        "\"reason\":\"syn-ack\","
        "\"disposition\":\"accept\",\"actor\":\"host\",\"confidence\":\"likely\","
        "\"evidence\":[\"retransmitted\"],\"rtt_ms\":23.1,\"sent\":2,"
        "\"responder\":\"203.0.113.7\",\"ttl\":52,\"hops\":13,\"actor_hop\":13,"
        "\"explanations\":[\"host-accepts\",\"ttl-rewritten\"],\"icmp\":null,"
        "\"path\":null,\"packets\":null,\"summary\":\"Open: a program on 203.0.113.7 accepted the "
        "connection.\","
        "\"advice\":null}]}],\"warnings\":[\"The name has more addresses; only the first of each "
        "family was checked.\"],\"warning_codes\":[\"more-addresses\"]}");
}

static void test_what_is_not_known_is_null(void **state)
{
    struct result result = a_result();
    char *text = json_write_port(&result.targets[0], 1);

    (void)state;
    assert_non_null(strstr(text, "{\"address\":\"203.0.113.7\",\"family\":\"ipv4\",\"port\":81,"
                                 "\"service\":null,\"state\":\"filtered\","));
    assert_non_null(strstr(text, "\"evidence\":[],\"rtt_ms\":null,\"sent\":8,\"responder\":null,"
                                 "\"ttl\":null,\"hops\":null,\"actor_hop\":null,"
                                 "\"explanations\":[],\"icmp\":null,"
                                 "\"path\":null,\"packets\":null,"));
    free(text);
}

static void test_other_texts(void **state)
{
    struct result result = a_result();
    struct addr client = {ADDR_IPV6, {0x20, 1, 0x0d, 0xb8, [15] = 9}};
    struct problem problem;
    struct policy policy;

    (void)state;
    policy_init(&policy);
    memset(policy.ports, 0, sizeof(policy.ports));
    policy_allow_port(&policy, 22);
    policy_allow_port(&policy, 4711);
    assert_text(json_write_me(&client), "{\"address\":\"2001:db8::9\",\"family\":\"ipv6\"}");
    assert_text(json_write_ports(&policy),
                "{\"ports\":[{\"port\":22,\"service\":\"ssh\",\"description\":\"Secure shell "
                "(SSH)\"},{\"port\":4711,\"service\":null,\"description\":null}],"
                "\"any_port\":false}");
    assert_text(json_write_resolved(&result),
                "{\"host\":\"example.net\",\"addresses\":[{\"address\":\"203.0.113.7\","
                "\"family\":\"ipv4\"," NO_NETWORK "}]}");
    problem_set_text(&problem, PROBLEM_INVALID_HOST, "not-fqdn", "#/host", "No \"%s\".", "x");
    assert_text(json_write_problem(&problem),
                "{\"type\":\"/problems/invalid-host\",\"title\":\"Invalid host\",\"status\":422,"
                "\"detail\":\"No \\\"x\\\".\",\"code\":\"not-fqdn\",\"errors\":[{\"pointer\":"
                "\"#/host\",\"code\":\"not-fqdn\",\"detail\":\"No \\\"x\\\".\"}]}");
    assert_text(text_result(&result),
                "443/tcp open accept host 23.1ms\n81/tcp filtered drop unknown\n"
                "warning: The name has more addresses; only the first of each family was "
                "checked.\n");
    result.target_count = 2;
    assert_text(text_block(&result, 0, 0, &(struct text_style){0}),
                "203.0.113.7 443/tcp open accept host 23.1ms\n");
    result.targets[0].port_count = 1;
    assert_text(text_result(&result),
                "203.0.113.7 443/tcp open accept host 23.1ms\n"
                "warning: The name has more addresses; only the first of each family was "
                "checked.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_long_host_in_a_query),
        cmocka_unit_test(test_configured_port_limit),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_what_a_request_says),
        cmocka_unit_test(test_golden_result),
        cmocka_unit_test(test_what_is_not_known_is_null),
        cmocka_unit_test(test_other_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
