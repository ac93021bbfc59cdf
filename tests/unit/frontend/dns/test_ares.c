/* SPDX-License-Identifier: BSD-2-Clause */
/* What a name server's replies come to, over the loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/config/config.h"
#include "frontend/dns/ares.h"
#include "tests/unit/support/name_server.h"

enum { QUIET_MS = 300, MANY = LOOKUP_ADDRS_MAX + 1 };

static struct lookup ask(enum addr_family family, unsigned flags, const char *const *addresses,
                         unsigned count)
{
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    size_t len = name_server_reply(reply, family, flags, addresses, count);

    return name_server_ask(family, reply, len, QUIET_MS);
}

static void test_replies(void **state)
{
    static const struct {
        enum addr_family asked;
        unsigned flags;
        const char *addresses[4];
        unsigned count;
        enum lookup_status status;
        const char *found[2];
    } rows[] = {
        {ADDR_IPV4, 0, {"9.9.9.9"}, 1, LOOKUP_OK, {"9.9.9.9"}},
        {ADDR_IPV4, 0, {"9.9.9.9", "10.0.0.1"}, 2, LOOKUP_OK, {"9.9.9.9", "10.0.0.1"}},
        {ADDR_IPV6, 0, {"2606:4700::1"}, 1, LOOKUP_OK, {"2606:4700::1"}},
        {ADDR_IPV6, 0, {"::ffff:127.0.0.1"}, 1, LOOKUP_OK, {"::ffff:127.0.0.1"}},
        /* the other family's addresses are no answer */
        {ADDR_IPV4, 0, {"2606:4700::1", "9.9.9.9"}, 2, LOOKUP_OK, {"9.9.9.9"}},
        {ADDR_IPV6, 0, {"9.9.9.9", "2606:4700::1"}, 2, LOOKUP_OK, {"2606:4700::1"}},
        {ADDR_IPV4, 0, {"2606:4700::1"}, 1, LOOKUP_NO_ADDRESS, {NULL}},
        /* nor are another name's */
        {ADDR_IPV4, 0, {"@127.0.0.1", "9.9.9.9"}, 2, LOOKUP_OK, {"9.9.9.9"}},
        {ADDR_IPV4, 0, {NULL}, 0, LOOKUP_NO_ADDRESS, {NULL}},
        {ADDR_IPV4, NAME_SERVER_NO_NAME, {NULL}, 0, LOOKUP_NO_NAME, {NULL}},
        {ADDR_IPV4, NAME_SERVER_FAILED, {NULL}, 0, LOOKUP_FAILED, {NULL}},
        {ADDR_IPV4, NAME_SERVER_REFUSED, {NULL}, 0, LOOKUP_FAILED, {NULL}},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct lookup lookup = ask(rows[i].asked, rows[i].flags, rows[i].addresses, rows[i].count);
        unsigned wanted = (unsigned)(rows[i].found[0] != NULL) + (rows[i].found[1] != NULL);
        if (lookup.status != rows[i].status || lookup.count != wanted)
            fail_msg("row %u: status %d, %u addresses", i, (int)lookup.status, lookup.count);
        for (unsigned j = 0; j < wanted; j++) {
            char text[ADDR_TEXT_LEN];
            addr_format(&lookup.addrs[j], text);
            assert_string_equal(text, rows[i].found[j]);
        }
    }
}

/* A name with more addresses than can be judged has none. */
static void test_too_many(void **state)
{
    const char *addresses[MANY];
    struct lookup lookup;

    (void)state;
    for (unsigned i = 0; i < MANY; i++)
        addresses[i] = "9.9.9.9";
    lookup = ask(ADDR_IPV4, 0, addresses, LOOKUP_ADDRS_MAX);
    assert_int_equal(lookup.status, LOOKUP_OK);
    assert_int_equal(lookup.count, LOOKUP_ADDRS_MAX);
    lookup = ask(ADDR_IPV4, 0, addresses, MANY);
    assert_int_equal(lookup.status, LOOKUP_FAILED);
    assert_int_equal(lookup.count, 0);
}

static void test_no_reply_to_this_question(void **state)
{
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    size_t len = name_server_reply(reply, ADDR_IPV6, 0, (const char *const[]){"9.9.9.9"}, 1);
    struct lookup lookup = name_server_ask(ADDR_IPV4, NULL, 0, QUIET_MS);

    (void)state;
    assert_int_equal(lookup.status, LOOKUP_TIMED_OUT);
    lookup = name_server_ask(ADDR_IPV4, reply, len, QUIET_MS); /* the other question's */
    assert_int_equal(lookup.status, LOOKUP_TIMED_OUT);
    assert_int_equal(lookup.count, 0);
}

static void ignore_watch(void *context, int fd, bool read, bool write)
{
    (void)context;
    (void)fd;
    (void)read;
    (void)write;
}

static void keep_answer(void *context, enum addr_family family, const struct lookup *lookup)
{
    assert_int_equal(family, ADDR_IPV4);
    *(struct lookup *)context = *lookup;
}

/* Nothing to wait for without a question; with one, no longer than its first try. */
static void test_how_long_to_wait(void **state)
{
    char own[] = "127.0.0.1:9", *servers[] = {own}; /* whoever is there is not asked */
    const struct config config = {.resolver = {{servers, 1}, 2000}};
    struct dns *dns = dns_open(&config, ignore_watch, NULL);
    struct lookup lookup = {0};

    (void)state;
    assert_non_null(dns);
    assert_int_equal(dns_wait_ms(dns), -1);
    dns_ask(dns, NAME_SERVER_NAME, ADDR_IPV4, keep_answer, &lookup);
    assert_in_range(dns_wait_ms(dns), 1, 1001);
    dns_close(dns);
    assert_int_equal(lookup.status, LOOKUP_TIMED_OUT);
}

/* A name is asked for anew each time, although its records may be kept for a minute. */
static void test_nothing_is_remembered(void **state)
{
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    size_t len = name_server_reply(reply, ADDR_IPV4, 0, (const char *const[]){"9.9.9.9"}, 1);
    const int at_once[3] = {1, 1, 1};
    unsigned answered;
    struct lookup lookup = name_server_ask_often(ADDR_IPV4, reply, len, at_once, 3, &answered);

    (void)state;
    assert_int_equal(lookup.status, LOOKUP_OK);
    assert_int_equal(answered, 3);
    len = name_server_reply(reply, ADDR_IPV4, 0, NULL, 0);
    lookup = name_server_ask_often(ADDR_IPV4, reply, len, at_once, 3, &answered);
    assert_int_equal(lookup.status, LOOKUP_NO_ADDRESS);
    assert_int_equal(answered, 3);
}

/* A reply within the time is in time, however quick others were. */
static void test_slow_after_quick(void **state)
{
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    size_t len = name_server_reply(reply, ADDR_IPV4, 0, (const char *const[]){"9.9.9.9"}, 1);
    const int delays_ms[] = {1, 1, 1, 1, 1, 1, 1700};
    unsigned answered;
    struct lookup lookup = name_server_ask_often(ADDR_IPV4, reply, len, delays_ms,
                                                 sizeof(delays_ms) / sizeof(int), &answered);

    (void)state;
    assert_int_equal(lookup.status, LOOKUP_OK);
    assert_int_equal(answered, sizeof(delays_ms) / sizeof(int));
}

static void test_servers_that_are_none(void **state)
{
    static char name[] = "ns.example.net", lengthy[600];
    char *names[] = {name}, *lengthies[] = {lengthy, lengthy};
    const struct config no_address = {.resolver = {{names, 1}, 2000}};
    const struct config too_long = {.resolver = {{lengthies, 2}, 2000}};

    (void)state;
    memset(lengthy, '1', sizeof(lengthy) - 1);
    assert_null(dns_open(&no_address, ignore_watch, NULL));
    assert_null(dns_open(&too_long, ignore_watch, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_no_reply_to_this_question),
        cmocka_unit_test(test_how_long_to_wait),
        cmocka_unit_test(test_nothing_is_remembered),
        cmocka_unit_test(test_slow_after_quick),
        cmocka_unit_test(test_servers_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
