/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/http/forwarded.h"
#include "frontend/http/header_check.h"

/* Trusted: 127.0.0.0/8 and 2001:db8:ff::/48.  NULL as client: refused. */
static const struct {
    const char *peer, *x_forwarded_for, *forwarded, *client;
} rows[] = {
    /* nobody asked a stranger */
    {"203.0.113.9", "", "", "203.0.113.9"},
    {"203.0.113.9", "1.2.3.4", "", "203.0.113.9"},
    {"203.0.113.9", "garbage", "for=garbage", "203.0.113.9"},
    {"2001:db8::1", "1.2.3.4", "for=1.2.3.4", "2001:db8::1"},
    /* a trusted peer without headers is the client */
    {"127.0.0.1", "", "", "127.0.0.1"},
    /* right to left over the trusted ones */
    {"127.0.0.1", "203.0.113.9", "", "203.0.113.9"},
    {"127.0.0.1", "6.6.6.6, 203.0.113.9", "", "203.0.113.9"},
    {"127.0.0.1", "6.6.6.6,203.0.113.9, 127.0.0.2", "", "203.0.113.9"},
    {"127.0.0.1", "6.6.6.6 ,\t203.0.113.9 ,127.0.0.2,127.9.9.9", "", "203.0.113.9"},
    {"127.0.0.1", "203.0.113.9, 2001:db8:ff::5", "", "203.0.113.9"},
    {"2001:db8:ff::1", "2001:db8::77", "", "2001:db8::77"},
    {"127.0.0.1", "127.0.0.3, 127.0.0.2", "", "127.0.0.3"},
    {"127.0.0.1", "::ffff:203.0.113.9", "", "203.0.113.9"},
    {"127.0.0.1", "10.0.0.1", "", "10.0.0.1"},
    /* with a port, and brackets */
    {"127.0.0.1", "203.0.113.9:443", "", "203.0.113.9"},
    {"127.0.0.1", "6.6.6.6, 203.0.113.9:443, 127.0.0.2:1", "", "203.0.113.9"},
    {"127.0.0.1", "[2001:db8::1]", "", "2001:db8::1"},
    {"127.0.0.1", "[2001:db8::1]:443", "", "2001:db8::1"},
    /* what stands left of the client doesn't matter */
    {"127.0.0.1", "unknown, 203.0.113.9", "", "203.0.113.9"},
    {"127.0.0.1", "garbage, 203.0.113.9", "", "203.0.113.9"},
    {"127.0.0.1", "<b>,,\"x, 203.0.113.9, 127.0.0.2", "", "203.0.113.9"},
    {"127.0.0.1", "", "for=unknown, for=203.0.113.9", "203.0.113.9"},
    {"127.0.0.1", "", "by=_x, for=_y;proto=http, for=203.0.113.9, for=127.0.0.2", "203.0.113.9"},
    {"127.0.0.1", "", "for=203.0.113.9, by=127.0.0.2", NULL},
    /* what cannot be read */
    {"127.0.0.1", "unknown", "", NULL},
    {"127.0.0.1", "_hidden", "", NULL},
    {"127.0.0.1", "203.0.113.9:", "", NULL},
    {"127.0.0.1", "[2001:db8::1", "", NULL},
    {"127.0.0.1", "[203.0.113.9]", "", NULL},
    {"127.0.0.1", "203.0.113.9, unknown", "", NULL},
    {"127.0.0.1", "203.0.113.9, unknown, 127.0.0.2", "", NULL},
    {"127.0.0.1", "203.0.113.9, ", "", NULL},
    {"127.0.0.1", "203.0.113.9,,127.0.0.1", "", NULL},
    {"127.0.0.1", "203.0.113.09", "", NULL},
    {"127.0.0.1", "0x7f.1", "", NULL},
    {"127.0.0.1", "fe80::1%eth0", "", NULL},
    {"127.0.0.1", "1.2.3.4 5.6.7.8", "", NULL},
    {"127.0.0.1", "\"203.0.113.9\"", "", NULL},
    {"127.0.0.1", "example.net", "", NULL},
    /* RFC 7239 */
    {"127.0.0.1", "", "for=203.0.113.9", "203.0.113.9"},
    {"127.0.0.1", "", "For=203.0.113.9;proto=https;by=127.0.0.1", "203.0.113.9"},
    {"127.0.0.1", "", "proto=http;for=203.0.113.9", "203.0.113.9"},
    {"127.0.0.1", "", "for=203.0.113.9:4711", "203.0.113.9"},
    {"127.0.0.1", "", "for=\"203.0.113.9:4711\"", "203.0.113.9"},
    {"127.0.0.1", "", "for=\"[2001:db8::77]\"", "2001:db8::77"},
    {"127.0.0.1", "", "FOR=\"[2001:db8::77]:4711\"", "2001:db8::77"},
    {"127.0.0.1", "", "for=6.6.6.6, for=203.0.113.9", "203.0.113.9"},
    {"127.0.0.1", "", "for=6.6.6.6,for=203.0.113.9;by=x,for=127.0.0.4", "203.0.113.9"},
    {"127.0.0.1", "", "for=\"203.0.113.9\";host=\"a,b;for=6.6.6.6\"", "203.0.113.9"},
    {"127.0.0.1", "", "for=unknown", NULL},
    {"127.0.0.1", "", "for=_secret", NULL},
    {"127.0.0.1", "", "for=", NULL},
    {"127.0.0.1", "", "by=203.0.113.9", NULL},
    {"127.0.0.1", "", "for=203.0.113.9;for=6.6.6.6", NULL},
    {"127.0.0.1", "", "for=[2001:db8::77", NULL},
    {"127.0.0.1", "", "for=\"[2001:db8::77]:\"", NULL},
    {"127.0.0.1", "", "for=\"[2001:db8::77]:x\"", NULL},
    {"127.0.0.1", "", "for=\"[2001:db8::77]:123456\"", NULL},
    {"127.0.0.1", "", "for=203.0.113.9:", NULL},
    {"127.0.0.1", "", "for=203.0.113.9, garbage", NULL},
    {"127.0.0.1", "", "for=[203.0.113.9]", NULL},
    {"127.0.0.1", "", "for=203.0.113.9, ", NULL},
    /* a client's quotes hide nothing that a proxy adds */
    {"127.0.0.1", "", "for=203.0.113.9;host=\"\\\", for=6.6.6.6;x=\\\"\"", "203.0.113.9"},
    {"127.0.0.1", "", "for=6.6.6.6;x=\", for=203.0.113.9", NULL},
    {"127.0.0.1", "", "for=6.6.6.6;x=\", for=\"203.0.113.9\"", NULL},
    {"127.0.0.1", "", "for=6.6.6.6;x=\", for=203.0.113.9;host=\"a\\\"b\"", NULL},
    {"127.0.0.1", "", "for=6.6.6.6;x=\"\\", NULL},
    {"127.0.0.1", "", "for=6.6.6.6;x=\"\\\"\", for=203.0.113.9", "203.0.113.9"},
    {"127.0.0.1", "", "for=6.6.6.6;x=\"\\\", for=203.0.113.9", NULL},
    {"127.0.0.1", "6.6.6.6\", 203.0.113.9", "", "203.0.113.9"},
    {"127.0.0.1", "\"6.6.6.6, 203.0.113.9\"", "", NULL},
    /* both: they must agree */
    {"127.0.0.1", "203.0.113.9", "for=203.0.113.9", "203.0.113.9"},
    {"127.0.0.1", "6.6.6.6, 203.0.113.9", "for=203.0.113.9", "203.0.113.9"},
    {"127.0.0.1", "203.0.113.9", "for=6.6.6.6", NULL},
};

static void test_vectors(void **state)
{
    struct prefix trusted[2];
    const struct prefix_list list = {trusted, 2};

    (void)state;
    assert_int_equal(prefix_parse("127.0.0.0/8", &trusted[0]), PREFIX_OK);
    assert_int_equal(prefix_parse("2001:db8:ff::/48", &trusted[1]), PREFIX_OK);
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct addr peer, client;
        char text[ADDR_TEXT_LEN] = "refused";
        assert_true(addr_parse(rows[i].peer, &peer));
        if (forwarded_client(&peer, &list, rows[i].x_forwarded_for, rows[i].forwarded, &client))
            addr_format(&client, text);
        if (strcmp(text, rows[i].client != NULL ? rows[i].client : "refused") != 0)
            fail_msg("%s | %s | %s: %s", rows[i].peer, rows[i].x_forwarded_for, rows[i].forwarded,
                     text);
    }
}

static void test_trust_nobody(void **state)
{
    const struct prefix_list nobody = {0};
    struct addr peer, client;

    (void)state;
    assert_true(addr_parse("127.0.0.1", &peer));
    assert_true(forwarded_client(&peer, &nobody, "1.2.3.4", "for=1.2.3.4", &client));
    assert_true(addr_equal(&peer, &client));
}

/* At a Unix socket. */
static void test_a_peer_without_address(void **state)
{
    const struct prefix_list nobody = {0};
    const struct addr peer = {0};
    struct addr expected, client;

    (void)state;
    assert_true(forwarded_is_proxy(&peer, &nobody));
    assert_true(addr_parse("127.0.0.1", &expected));
    assert_true(forwarded_client(&peer, &nobody, "", "", &client));
    assert_true(addr_equal(&expected, &client));
    assert_true(addr_parse("1.2.3.4", &expected));
    assert_true(forwarded_client(&peer, &nobody, "9.9.9.9, 1.2.3.4", "", &client));
    assert_true(addr_equal(&expected, &client));
    assert_false(forwarded_client(&peer, &nobody, "unknown", "", &client));
}

static void test_bounds(void **state)
{
    struct prefix trusted;
    const struct prefix_list list = {&trusted, 1};
    char hops[FORWARDED_MAX_LEN + 64] = "203.0.113.9";
    struct addr peer, client;

    (void)state;
    assert_int_equal(prefix_parse("127.0.0.1", &trusted), PREFIX_OK);
    assert_true(addr_parse("127.0.0.1", &peer));
    for (unsigned i = 1; i < FORWARDED_HOPS_MAX; i++)
        strcat(hops, ",127.0.0.1");
    assert_true(forwarded_client(&peer, &list, hops, "", &client));
    strcat(hops, ",127.0.0.1");
    assert_false(forwarded_client(&peer, &list, hops, "", &client));
    memcpy(hops + strlen(hops) - strlen("127.0.0.1"), "203.0.113.7", 12);
    assert_true(forwarded_client(&peer, &list, hops, "", &client));
    memset(hops, ' ', sizeof(hops) - 1);
    memcpy(hops, "1.2.3.4", 7);
    hops[FORWARDED_MAX_LEN] = '\0';
    assert_true(forwarded_client(&peer, &list, hops, "", &client));
    hops[FORWARDED_MAX_LEN] = ' ';
    assert_false(forwarded_client(&peer, &list, hops, "", &client));
}

static void test_headers(void **state)
{
    static const struct {
        struct header_line lines[3];
        unsigned count;
        bool http_1_1, sound;
    } headers[] = {
        {{{"Host", "a"}}, 1, true, true},
        {{{"Accept", "*/*"}}, 1, true, false}, /* HTTP/1.1 has a Host */
        {{{"Accept", "*/*"}}, 1, false, true},
        {{{"Host", "a"}, {"host", "b"}}, 2, true, false},
        {{{"Host", "a"}, {"Content-Length", "12"}}, 2, true, true},
        {{{"Host", "a"}, {"Content-Length", "12"}, {"content-length", "12"}}, 3, true, false},
        {{{"Host", "a"}, {"Content-Length", "+4"}}, 2, true, false},
        {{{"Host", "a"}, {"Content-Length", "4,4"}}, 2, true, false},
        {{{"Host", "a"}, {"Content-Length", ""}}, 2, true, false},
        {{{"Host", "a"}, {"Content-Length", "0x4"}}, 2, true, false},
        {{{"Host", "a"}, {"Transfer-Encoding", "chunked"}}, 2, true, false},
        {{{"Host", "a"}, {"transfer-encoding", "xchunked"}}, 2, true, false},
        {{{"Host", "a"}, {"X y", "1"}}, 2, true, false},
        {{{"Host", "a"}, {"", "1"}}, 2, true, false},
        {{{"Host ", "a"}}, 1, true, false},
        {{{"Host", "a"}, {"X", "a\rb"}}, 2, true, false},
        {{{"Host", "a"}, {"X", "a\tb\xc3\xa4"}}, 2, true, true},
        {{{"Host", "a"}, {"X", "a\x7f"}}, 2, true, false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(headers); i++)
        if ((header_check(headers[i].lines, headers[i].count, headers[i].http_1_1) ==
             HEADER_SOUND) != headers[i].sound)
            fail_msg("header %u", i);
}

static void test_what_is_wrong(void **state)
{
    static const struct {
        struct header_line lines[2];
        enum header_fault fault;
    } wrong[] = {
        {{{"Host", "a"}, {"X", "y"}}, HEADER_SOUND},
        {{{"X", "a"}, {"X", "y"}}, HEADER_BAD_HOST},
        {{{"Host", "a"}, {"Host", "a"}}, HEADER_BAD_HOST},
        {{{"Host", "a"}, {"X y", "y"}}, HEADER_BAD_NAME},
        {{{"Host", "a"}, {"X", "\x01"}}, HEADER_BAD_VALUE},
        {{{"Host", "a"}, {"Content-Length", "x"}}, HEADER_BAD_LENGTH},
        {{{"Host", "a"}, {"Transfer-Encoding", "Chunked"}}, HEADER_CHUNKED},
        {{{"Host", "a"}, {"Transfer-Encoding", "xchunked"}}, HEADER_BAD_CODING},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(wrong); i++)
        assert_int_equal(header_check(wrong[i].lines, 2, true), wrong[i].fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),       cmocka_unit_test(test_trust_nobody),
        cmocka_unit_test(test_bounds),        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_what_is_wrong), cmocka_unit_test(test_a_peer_without_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
