/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "inspector/dialogue/request.h"

static struct inspect_ask ask_of(uint16_t port, const char *addr, const char *name)
{
    struct inspect_ask ask = {.port = port};

    assert_true(addr_parse(addr, &ask.addr));
    strcpy(ask.name, name);
    return ask;
}

static void test_web_servers_get_a_head(void **state)
{
    static const struct {
        const char *addr, *name, *host;
    } rows[] = {
        {"192.0.2.1", "a.example", "a.example"},
        {"192.0.2.1", "", "192.0.2.1"},
        {"2001:db8::1", "", "[2001:db8::1]"},
        {"2001:db8::1", "a.example", "a.example"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct inspect_ask ask = ask_of(80, rows[i].addr, rows[i].name);
        uint8_t out[REQUEST_MAX_LEN];
        char expected[REQUEST_MAX_LEN];
        int len = snprintf(expected, sizeof(expected),
                           "HEAD / HTTP/1.1\r\nHost: %s\r\nUser-Agent: portlight\r\n"
                           "Accept: */*\r\nConnection: close\r\n\r\n",
                           rows[i].host);
        assert_int_equal(request_write(&ask, out), len);
        assert_memory_equal(out, expected, (size_t)len);
    }
}

/* Who is at the root (RFC 1035 section 4.1), with TCP's length in front. */
static void test_name_servers(void **state)
{
    static const uint8_t expected[] = {0, 17, 'p', 'l', 0, 0, 0, 1, 0, 0,
                                       0, 0,  0,   0,   0, 0, 2, 0, 1};
    struct inspect_ask ask = ask_of(53, "192.0.2.1", "a.example");
    uint8_t out[REQUEST_MAX_LEN];

    (void)state;
    assert_int_equal(request_write(&ask, out), sizeof(expected));
    assert_memory_equal(out, expected, sizeof(expected));
}

static void test_minecraft(void **state)
{
    static const uint8_t expected[] = {19,  0,   0xff, 0xff, 0xff, 0xff, 0x0f, 9,    'a', '.', 'e',
                                       'x', 'a', 'm',  'p',  'l',  'e',  0x63, 0xdd, 1,   1,   0};
    struct inspect_ask ask = ask_of(25565, "192.0.2.1", "a.example");
    uint8_t out[REQUEST_MAX_LEN];

    (void)state;
    assert_int_equal(request_write(&ask, out), sizeof(expected));
    assert_memory_equal(out, expected, sizeof(expected));
}

/* Each length is a varint: seven bits a byte, the highest says that there is one more. */
static void test_minecraft_with_long_names(void **state)
{
    static const unsigned lens[] = {1, 117, 118, 127, 128, 200, INSPECT_NAME_MAX_LEN};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(lens); i++) {
        struct inspect_ask ask = ask_of(25565, "192.0.2.1", "");
        uint8_t out[REQUEST_MAX_LEN];
        size_t len, at = 0;
        unsigned packet, name;
        memset(ask.name, 'a', lens[i]);
        ask.name[lens[i]] = '\0';
        len = request_write(&ask, out);
        packet = out[at] & 127U;
        if ((out[at++] & 128) != 0)
            packet |= (unsigned)out[at++] << 7;
        assert_int_equal(at + packet + 2, len); /* the second packet has two bytes */
        at += 1 + 5;
        name = out[at] & 127U;
        if ((out[at++] & 128) != 0)
            name |= (unsigned)out[at++] << 7;
        assert_int_equal(name, lens[i]);
        assert_memory_equal(out + at, ask.name, name);
        assert_int_equal(at + name + 3 + 2, len);
    }
}

static void test_file_servers(void **state)
{
    struct inspect_ask ask = ask_of(445, "192.0.2.1", "");
    uint8_t out[REQUEST_MAX_LEN];

    (void)state;
    assert_int_equal(request_write(&ask, out), 4 + 64 + 36 + 6);
    assert_memory_equal(out, "\0\0\0\x6a\xfeSMB\x40\0", 10);
    assert_memory_equal(out + 4 + 64, "\x24\0\x03\0\x01\0", 6);
    assert_memory_equal(out + 4 + 64 + 36, "\x02\x02\x10\x02\x00\x03", 6);
}

static void test_the_others(void **state)
{
    struct inspect_ask redis = ask_of(6379, "192.0.2.1", ""), ssh = ask_of(22, "192.0.2.1", ""),
                       unknown = ask_of(12345, "192.0.2.1", "");
    uint8_t out[REQUEST_MAX_LEN];

    (void)state;
    assert_int_equal(request_write(&redis, out), 6);
    assert_memory_equal(out, "PING\r\n", 6);
    assert_int_equal(request_write(&ssh, out), 0);
    assert_int_equal(request_write(&unknown, out), 0);
    assert_string_equal(request_farewell(6379), "QUIT\r\n");
    assert_string_equal(request_farewell(22), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_web_servers_get_a_head),
        cmocka_unit_test(test_name_servers),
        cmocka_unit_test(test_minecraft),
        cmocka_unit_test(test_minecraft_with_long_names),
        cmocka_unit_test(test_file_servers),
        cmocka_unit_test(test_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
