/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "inspector/dialogue/greeting.h"
#include "inspector/dialogue/http.h"
#include "inspector/dialogue/request.h"

#define TEXT(text) text, sizeof(text) - 1

static void test_who_speaks(void **state)
{
    static const struct {
        const char *text;
        size_t len;
        uint16_t port;
        const char *protocol;
        bool unasked;
    } greetings[] = {
        {TEXT("SSH-2.0-x\r\n"), 22, "ssh", true},
        {TEXT("220 x ESMTP\r\n"), 2525, "smtp", true},
        {TEXT("220 x\r\n"), 25, "smtp", true},
        {TEXT("220 x\r\n"), 21, "ftp", true},
        {TEXT("220 x\r\n"), 4000, "unknown", true},
        {TEXT("* OK x\r\n"), 1, "imap", true},
        {TEXT("+OK x\r\n"), 1, "pop3", true},
        {TEXT("HTTP/1.1 200 OK\r\n"), 1, "http", false},
        {TEXT("RFB 003.008\n"), 5900, "vnc", true},
        {TEXT("\xff\xfd\x18"), 23, "telnet", true},
        {TEXT("\x16\x03\x03"), 1, "tls", false},
        {TEXT("\x4a\0\0\0\x0a"
              "8.0"),
         3306, "mysql", true},
        {TEXT("\x4a\0\0\0\xff\x6a\x04"), 3306, "mysql", true},
        {TEXT(""), 1, "unknown", false},
        {TEXT("S"), 5432, "postgres", false},
        {TEXT("S"), 5433, "unknown", false},
        {TEXT("\0"), 5432, "unknown", false},
        {TEXT("X"), 5432, "unknown", false},
        {TEXT("\x03\0\0\x0b\x06\xd0\0"), 3389, "rdp", false},
        {TEXT("\x03\0\0\x0b\x06\xe0\0"), 3389, "unknown", false},
        {TEXT("\x04\x01\0\x2b\0\0\0\0"), 1433, "tds", false},
        {TEXT("\x30\x0c\x02\x01\x01\x78\x07\x0a"), 389, "ldap", false},
        {TEXT("\x30\x84\0\0\0\x10\x02\x01\x01\x65\x07"), 389, "ldap", false},
        {TEXT("\x30\x84\0\0\0"), 389, "unknown", false},
        {TEXT("\0\0\0\x44\xfeSMB"), 445, "smb", false},
        {TEXT("\0\x0c\x70\x6c\x80"), 53, "dns", false},
        {TEXT("\0\x0c\x70\x6c\x00"), 53, "unknown", false},
        {TEXT("\0\x0c\x70\x6d\x80"), 53, "unknown", false},
        {TEXT("+PONG\r\n"), 6379, "redis", false},
        {TEXT("-DENIED Redis"), 6379, "redis", false},
        {TEXT("\x05\0\x03{}"), 25565, "minecraft", false},
        {TEXT("\xff\x01\0\xfd\x01{"), 25565, "minecraft", false},
        {TEXT("\x05\x01\x03{}"), 25565, "unknown", false},
        {TEXT("\x80\x80\x80\x80\x80\x80\x80\x80\x80"), 25565, "unknown", false},
        {TEXT("\x05"), 25565, "unknown", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
        const struct greeting it =
            greeting_read(greetings[i].text, greetings[i].len, greetings[i].port);
        assert_string_equal(it.protocol, greetings[i].protocol);
        assert_int_equal(it.unasked, greetings[i].unasked);
    }
}

static void test_status(void **state)
{
    (void)state;
    assert_int_equal(http_status("HTTP/1.1 522 x", 14), 522);
    assert_int_equal(http_status("HTTP/1.0 200\r\n", 14), 200);
    assert_int_equal(http_status("HTTP/1.1 2000 x", 15), 0);
    assert_int_equal(http_status("HTTP/1.1 0xx", 12), 0);
    assert_int_equal(http_status("HTTP/1.1 20", 11), 0);
}

static void test_the_end_of_a_head(void **state)
{
    char longest[HTTP_HEAD_MAX_LEN] = "HTTP/1.1 200 x\r\n";

    (void)state;
    assert_true(http_wants_more(TEXT("H")));
    assert_true(http_wants_more(TEXT("HTTP/1.1 200 x\r\nA: b\r\n")));
    assert_false(http_wants_more(TEXT("HTTP/1.1 200 x\r\n\r\n")));
    assert_false(http_wants_more(TEXT("HTTP/1.1 200 x\n\n")));
    assert_false(http_wants_more(TEXT("SSH-2.0")));
    memset(longest + strlen(longest), 'x', sizeof(longest) - strlen(longest));
    assert_false(http_wants_more(longest, sizeof(longest)));
}

static void leads_to(const char *field, const char *host)
{
    char head[512], out[HTTP_HOST_LEN];
    int len = snprintf(head, sizeof(head),
                       "HTTP/1.1 301 x\r\nX: Location: http://no/\r\n%s\r\n\r\n", field);

    http_location_host(head, (size_t)len, out);
    assert_string_equal(out, host);
}

static void test_where_it_leads(void **state)
{
    (void)state;
    leads_to("Location: https://www.Example.net/x", "www.example.net");
    leads_to("lOCATION:http://a.example:8080", "a.example");
    leads_to("Location: http://a.example?x", "a.example");
    leads_to("Location: /x", "");
    leads_to("Location: //a.example/", "");
    leads_to("Location: http://u@a.example/", "");
    leads_to("Location: http://a\xc3\xbc.example/", "");
    leads_to("Location: http://[::1]/", "");
    leads_to("Locations: http://a.example/", "");
    leads_to("\r\nLocation: http://body.example/", "");
    assert_true(http_is_cloudflare(TEXT("HTTP/1.1 522 x\r\nserver:  Cloudflare \r\n\r\n")));
    assert_false(http_is_cloudflare(TEXT("HTTP/1.1 522 x\r\nServer: cloudflare-nginx\r\n\r\n")));
    assert_false(http_is_cloudflare(TEXT("HTTP/1.1 522 x\r\n\r\nServer: cloudflare\r\n")));
}

/* Every length of a name: what is written is whole, and nothing is written beyond. */
static void test_requests_of_every_length(void **state)
{
    static const uint16_t ports[] = {22,   53,   80,   389,  443,  445,
                                     1433, 3389, 5432, 6379, 8080, 25565};
    uint8_t out[REQUEST_MAX_LEN];

    (void)state;
    for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
        for (size_t len = 0; len <= INSPECT_NAME_MAX_LEN; len++) {
            struct inspect_ask ask = {.port = ports[i], .addr = {ADDR_IPV6, {0x20, 1, 0xd, 0xb8}}};
            size_t written;
            memset(ask.name, 'a', len);
            written = request_write(&ask, out);
            assert_true(written < sizeof(out) && (written > 0) == (ports[i] != 22));
            if (ports[i] == 80 && len > 0)
                assert_memory_equal(out + written - 4, "\r\n\r\n", 4);
            if (ports[i] == 53)
                assert_int_equal(written, 2 + (out[0] << 8 | out[1]));
            if (ports[i] == 445)
                assert_int_equal(written, 4 + (out[2] << 8 | out[3]));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_speaks),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_the_end_of_a_head),
        cmocka_unit_test(test_where_it_leads),
        cmocka_unit_test(test_requests_of_every_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
