/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "inspector/dialogue/http.h"

static void test_is_there_more_to_come(void **state)
{
    static const struct {
        const char *data;
        bool more;
    } rows[] = {
        {"", true},
        {"HT", true},
        {"HTTP/1.1 200 OK\r\nServer: x\r\n", true},
        {"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", false},
        {"HTTP/1.0 200 OK\n\n", false},
        {"HTTP/1.0 200 OK\n\nbody", false},
        {"HTTP/2 200", false},
        {"SSH-2.0-x", false},
    };
    char long_head[HTTP_HEAD_MAX_LEN];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (http_wants_more(rows[i].data, strlen(rows[i].data)) != rows[i].more)
            fail_msg("%s", rows[i].data);
    memset(long_head, 'a', sizeof(long_head));
    memcpy(long_head, "HTTP/1.1", 8);
    assert_true(http_wants_more(long_head, sizeof(long_head) - 1));
    assert_false(http_wants_more(long_head, sizeof(long_head)));
}

static void test_status(void **state)
{
    static const struct {
        const char *data;
        uint16_t status;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\n", 200}, {"HTTP/1.0 301\r\n", 301},
        {"HTTP/1.1 404", 404},        {"HTTP/1.1 503\n", 503},
        {"HTTP/1.1 999 x", 999},      {"HTTP/1.1 100 x", 100},
        {"HTTP/1.1 099 x", 0},        {"HTTP/1.1 2000", 0},
        {"HTTP/1.1 20", 0},           {"HTTP/1.1 2x0 ", 0},
        {"HTTP/1.1  200 ", 0},        {"HTTP/2.0 200 ", 0},
        {"http/1.1 200 OK", 0},       {"", 0},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (http_status(rows[i].data, strlen(rows[i].data)) != rows[i].status)
            fail_msg("%s", rows[i].data);
}

#define START "HTTP/1.1 301 Moved\r\n"

static void test_where_a_redirect_leads(void **state)
{
    static const struct {
        const char *data, *host;
    } rows[] = {
        {START "Location: https://Example.NET:8443/x\r\n\r\n", "example.net"},
        {START "X: y\r\nlocation:\thttp://a.example?q \r\n\r\n", "a.example"},
        {START "LOCATION: HTTP://192.0.2.1\r\n\r\n", "192.0.2.1"},
        {START "Location: https://a.example#f\n\n", "a.example"},
        {START "Location: /login\r\n\r\n", ""},
        {START "Location: ftp://a.example/\r\n\r\n", ""},
        {START "Location: https://user@a.example/\r\n\r\n", ""},
        {START "Location: https://[2001:db8::1]/\r\n\r\n", ""},
        {START "Location: https://a<b>.example/\r\n\r\n", ""},
        {START "Location: https:///x\r\n\r\n", ""},
        {START "XLocation: https://a.example/\r\n\r\n", ""},
        {START "Location : https://a.example/\r\n\r\n", ""},
        {START "\r\nLocation: https://a.example/\r\n\r\n", ""},
        {START "Location: https://a.exam", ""}, /* cut off */
        {START, ""},
        {"", ""},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char host[HTTP_HOST_LEN] = "before";
        http_location_host(rows[i].data, strlen(rows[i].data), host);
        if (strcmp(host, rows[i].host) != 0)
            fail_msg("%s: \"%s\"", rows[i].data, host);
    }
}

/* A name that is cut off would be another one's. */
static void test_a_host_is_whole_or_not_there(void **state)
{
    char head[sizeof(START) + 400], host[HTTP_HOST_LEN], name[300];

    (void)state;
    for (unsigned len = HTTP_HOST_LEN - 2; len <= HTTP_HOST_LEN; len++) {
        int head_len;
        memset(name, 'a', len);
        name[len] = '\0';
        head_len = snprintf(head, sizeof(head), START "Location: http://%s/\r\n\r\n", name);
        http_location_host(head, (size_t)head_len, host);
        assert_string_equal(host, len < HTTP_HOST_LEN ? name : "");
    }
}

static void test_cloudflare_says_so(void **state)
{
    static const struct {
        const char *data;
        bool is;
    } rows[] = {
        {"HTTP/1.1 521 x\r\nServer: cloudflare\r\n\r\n", true},
        {"HTTP/1.1 521 x\r\nDate: x\r\nserver:CloudFlare \r\n\r\n", true},
        {"HTTP/1.1 521 x\r\nServer: cloudflare-nginx\r\n\r\n", false},
        {"HTTP/1.1 521 x\r\nServer: cloud\r\n\r\n", false},
        {"HTTP/1.1 521 x\r\nVia: cloudflare\r\n\r\n", false},
        {"HTTP/1.1 521 x\r\n\r\nServer: cloudflare\r\n", false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (http_is_cloudflare(rows[i].data, strlen(rows[i].data)) != rows[i].is)
            fail_msg("%s", rows[i].data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_there_more_to_come),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_where_a_redirect_leads),
        cmocka_unit_test(test_a_host_is_whole_or_not_there),
        cmocka_unit_test(test_cloudflare_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
