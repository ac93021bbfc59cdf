/* SPDX-License-Identifier: BSD-2-Clause */
/* What people paste, what is read, and what the page's link makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/model/pasted.h"
#include "frontend/model/request.h"

#define PART(name) (1U << PASTED_##name)

static void test_what_is_pasted(void **state)
{
    static const struct {
        const char *text, *host;
        uint32_t port;
        unsigned removed;
    } rows[] = {
        {"example.net", "example.net", 0, 0},
        {"192.0.2.1", "192.0.2.1", 0, 0},
        {"2001:db8::10", "2001:db8::10", 0, 0},
        {" \t example.net\r\n", "example.net", 0, PART(BLANKS)},
        {"\u00a0example.net\u3000", "example.net", 0, PART(BLANKS)},
        {"exam\u200bple.net\ufeff", "example.net", 0, PART(INVISIBLE)},
        {"\u200e example.net", "example.net", 0, PART(INVISIBLE) | PART(BLANKS)},
        {"\"example.net\"", "example.net", 0, PART(QUOTES)},
        {"<https://example.net/>", "example.net", 443, PART(QUOTES) | PART(SCHEME) | PART(PATH)},
        {"https://example.net", "example.net", 443, PART(SCHEME)},
        {"HTTP://example.net/a/b?c=d#e", "example.net", 80, PART(SCHEME) | PART(PATH)},
        {"https://example.net:8443/", "example.net", 8443, PART(SCHEME) | PART(PATH)},
        {"ssh://root@example.net", "example.net", 22, PART(SCHEME) | PART(USER)},
        {"ssh://root:a@b@example.net:2222", "example.net", 2222, PART(SCHEME) | PART(USER)},
        {"root@example.net", "example.net", 0, PART(USER)},
        {"https://[2001:db8::10]/", "2001:db8::10", 443,
         PART(SCHEME) | PART(PATH) | PART(BRACKETS)},
        {"[2001:db8::10]", "2001:db8::10", 0, PART(BRACKETS)},
        {"[2001:db8::10]:853", "2001:db8::10", 853, PART(BRACKETS)},
        {"example.net:5432", "example.net", 5432, 0},
        {"example.net:", "example.net", 0, 0},
        {"example.net 25565", "example.net", 25565, 0},
        {"192.0.2.1:22", "192.0.2.1", 22, 0},
        {"192.0.2.0/24", "192.0.2.0", 0, PART(PATH)},
        {"foo://example.net", "example.net", 0, PART(SCHEME)},
        {"//example.net/x", "example.net", 0, PART(SCHEME) | PART(PATH)},
        {"/etc/passwd", "", 0, PART(PATH)},
        {"\u00d6sterreich.example.net", "xn--sterreich-z7a.example.net", 0, PART(FORMS)},
        {"\u0391\u0398\u0397\u039d\u0391.example.net", "xn--mxaard0a.example.net", 0, PART(FORMS)},
        {"www\u3002example\uff0enet", "www.example.net", 0, PART(FORMS)},
        {"\uff45\uff58ample.net", "example.net", 0, PART(FORMS)},
        {"b\u00fccher.example.net", "b\u00fccher.example.net", 0, 0},
        {"example.net:99999", "example.net", 99999, 0},
        {"example.net:0", "example.net", 65536, 0},
        {"example.net:http", "example.net:http", 0, 0},
        {"example.net:1234567", "example.net:1234567", 0, 0},
        {"[2001:db8::10", "[2001:db8::10", 0, 0},
        {"[2001:db8::10]x", "[2001:db8::10]x", 0, 0},
        {"two names.example.net", "two names.example.net", 0, 0},
        {"\u202eexample.net", "\u202eexample.net", 0, 0},
        {"\xff\xfe", "\xff\xfe", 0, 0},
        {"[]", "", 0, PART(BRACKETS)},
        {"", "", 0, 0},
        {"  ", "", 0, PART(BLANKS)},
    };
    struct pasted got;

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        pasted_read(rows[i].text, &got);
        if (strcmp(got.host, rows[i].host) != 0 || got.port != rows[i].port ||
            got.removed != rows[i].removed)
            fail_msg("\"%s\": host \"%s\", port %u, removed %x", rows[i].text, got.host, got.port,
                     got.removed);
    }
}

/* The longest that fits, and longer. */
static void test_length(void **state)
{
    char text[2 * HOSTNAME_INPUT_MAX_LEN];
    struct pasted got;

    (void)state;
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    pasted_read(text, &got);
    assert_int_equal(strlen(got.host), HOSTNAME_INPUT_MAX_LEN);
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *host;
        enum problem_cause cause;
    } rows[] = {
        {"", CAUSE_HOST_EMPTY},
        {"a.example.net, b.example.net", CAUSE_HOST_MANY},
        {"two names", CAUSE_HOST_BLANK},
        {"*.example.net", CAUSE_HOST_WILDCARD},
        {"fe80::1%eth0", CAUSE_HOST_ZONE},
        {"[2001:db8::1", CAUSE_HOST_BRACKETS},
        {"example.net:https", CAUSE_HOST_COLON},
        {"www..example.net", CAUSE_HOST_DOTS},
        {".example.net", CAUSE_HOST_DOTS},
        {"ex(ample).net", CAUSE_HOST_INVALID},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(pasted_mistake(rows[i].host), rows[i].cause);
    for (unsigned part = 0; part < PASTED_COUNT; part++)
        assert_non_null(pasted_part_text(part));
}

static void test_link(void **state)
{
    static const struct {
        const char *query;
        bool ok, asks;
        const char *host;
        uint16_t ports[3];
        enum problem_cause cause;
    } rows[] = {
        {"host=example.net&ports=443", true, true, "example.net", {443}, 0},
        {"utm_source=x&host=example.net&fbclid=%zz&ports=443&n",
         true,
         true,
         "example.net",
         {443},
         0},
        {"host=https%3A%2F%2Fwww.example.net%2F", true, true, "www.example.net", {443}, 0},
        {"host=www.example.net:22&ports=443", true, true, "www.example.net", {443, 22}, 0},
        {"host=www.example.net:443&ports=443", true, true, "www.example.net", {443}, 0},
        {"host=www.example.net:25&ports=443,22,80",
         true,
         true,
         "www.example.net",
         {443, 22, 80},
         0},
        {"host=www.example.net:81", false, true, "www.example.net", {0}, CAUSE_PORT_NOT_ALLOWED},
        {"host=www.example.net:0", false, true, "www.example.net", {0}, CAUSE_PORT_OUT_OF_RANGE},
        {"host=www.example.net", false, true, "www.example.net", {0}, CAUSE_PORTS_REQUIRED},
        {"host=+&ports=443", false, true, "", {443}, CAUSE_HOST_EMPTY},
        {"host=a,b&ports=443", false, true, "", {443}, CAUSE_HOST_MANY},
        {"host=%00&ports=443", false, true, "", {443}, CAUSE_BAD_ENCODING},
        {"ports=443", true, true, "", {443}, 0},
        {"fbclid=1", false, false, "", {0}, CAUSE_PORTS_REQUIRED},
        {"me", false, false, "", {0}, CAUSE_PORTS_REQUIRED},
        {"hostile=1&hos=2", false, false, "", {0}, CAUSE_PORTS_REQUIRED},
    };
    struct policy policy;
    struct request request;
    struct request_link link;
    struct problem problem;

    (void)state;
    policy_init(&policy);
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        bool ok = request_from_link(rows[i].query, &policy, &request, &link, &problem);
        if (ok != rows[i].ok || link.asks != rows[i].asks ||
            strcmp(request.host.text, rows[i].host) != 0 ||
            memcmp(request.ports, rows[i].ports, sizeof(rows[i].ports)) != 0 ||
            (!ok && problem.cause != rows[i].cause))
            fail_msg("%s: %d %d \"%s\" %u,%u,%u cause %d", rows[i].query, ok, link.asks,
                     request.host.text, request.ports[0], request.ports[1], request.ports[2],
                     problem.cause);
        assert_true(request.trace && request.packets);
    }
    request_from_link("host=%20X&ports=443&trace=false&at=2026-11-26T20:00:00Z", &policy, &request,
                      &link, &problem);
    assert_false(request.trace);
    assert_string_equal(link.typed, " X");
    assert_string_equal(link.at, "2026-11-26T20:00:00Z");
    request_from_link("host=x&at=%3Cb%3E", &policy, &request, &link, &problem);
    assert_string_equal(link.at, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_pasted),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
