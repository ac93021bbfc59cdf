/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "prober/evidence/echo.h"
#include "prober/packet/checksum.h"
#include "tests/unit/support/frames.h"

static void test_bytes(void **state)
{
    struct echo_request request = {frame_us4, frame_them4, 0x7065, 0x0102, FRAME_ECHO_COOKIE,
                                   3,         0x28,        0x4242, 0};
    static const uint8_t start[] = {0x45, 0x28, 0, 52, 0x42, 0x42, 0x40, 0, 3, 1};
    static const uint8_t ids[] = {0x70, 0x65, 1,    2,    0x01, 0x23, 0x45, 0x67,
                                  0x89, 0xab, 0xcd, 0xef, 'p',  'o',  'r',  't'};
    uint8_t bytes[ECHO_REQUEST_MAX_LEN];

    (void)state;
    assert_int_equal(echo_request_build(&request, bytes), 52);
    assert_memory_equal(bytes, start, sizeof(start));
    assert_int_equal(checksum_finish(checksum_add(0, bytes, 20)), 0);
    assert_int_equal(bytes[20], 8);
    assert_int_equal(checksum_finish(checksum_add(0, bytes + 20, 32)), 0);
    assert_memory_equal(bytes + 24, ids, sizeof(ids));
}

/* RFC 4443 section 2.3: the checksum covers a pseudo-header. */
static void test_bytes_of_ipv6(void **state)
{
    struct echo_request request = {frame_us6, frame_them6, 0x7065, 0x0102, FRAME_ECHO_COOKIE,
                                   64,        0x28,        0,      0xabcde};
    static const uint8_t start[] = {0x62, 0x8a, 0xbc, 0xde, 0, 32, 58, 64};
    uint8_t bytes[ECHO_REQUEST_MAX_LEN];
    uint64_t sum = 58 + 32;

    (void)state;
    assert_int_equal(echo_request_build(&request, bytes), 72);
    assert_memory_equal(bytes, start, sizeof(start));
    assert_int_equal(bytes[40], 128);
    sum = checksum_add(sum, bytes + 8, 32);
    assert_int_equal(checksum_finish(checksum_add(sum, bytes + 40, 32)), 0);
}

static struct echo asked(uint16_t first_seq, uint8_t ttl)
{
    struct echo echo = {.cookie = FRAME_ECHO_COOKIE, .id = 7, .first_seq = first_seq};
    struct echo_request request = {.ip_id = 0x4243};

    assert_true(echo_add(&echo, ECHO_FULL_TTL, &request));
    assert_int_equal(request.seq, first_seq);
    assert_true(echo_add(&echo, ttl, &request));
    assert_int_equal(request.seq, (uint16_t)(first_seq + 1));
    assert_int_equal(request.id, 7);
    return echo;
}

static struct packet a_reply(uint16_t seq)
{
    return (struct packet){
        .kind = PACKET_ECHO,
        .src = frame_them4,
        .dst = frame_us4,
        .ttl = 62,
        .tos = 0x28,
        .echo =
            {.id = 7, .seq = seq, .reply = true, .has_cookie = true, .cookie = FRAME_ECHO_COOKIE},
    };
}

static void test_replies(void **state)
{
    struct echo echo = asked(UINT16_MAX, 2);
    struct packet packet = a_reply(UINT16_MAX);
    bool was_asked;

    (void)state;
    assert_true(echo_on_packet(&echo, &frame_them4, &packet));
    assert_true(echo.replied);
    assert_int_equal(echo.reply_ttl, 62);
    assert_int_equal(echo.reply_tos, 0x28);
    assert_false(echo_on_packet(&echo, &frame_them4, &packet)); /* a duplicate */
    assert_int_equal(echo_at(&echo, 2, &was_asked), ECHO_SILENT);
    assert_true(was_asked);
    packet = (struct packet){
        .kind = PACKET_ICMP_ERROR,
        .src = frame_router4,
        .icmp = {11, 0},
        .quote = {.kind = PACKET_ECHO,
                  .dst = frame_them4,
                  .ip_id = 0x4243,
                  .echo = {.id = 7, .seq = 0}},
    };
    assert_true(echo_on_packet(&echo, &frame_them4, &packet));
    assert_int_equal(echo_at(&echo, 2, &was_asked), ECHO_EXPIRED);
    assert_int_equal(echo_at(&echo, 3, &was_asked), ECHO_SILENT);
    assert_false(was_asked);
    assert_false(echo_expired_at_target(&echo));

    echo = asked(UINT16_MAX, 2); /* the target's own address passes it on */
    packet.src = frame_them4;
    assert_true(echo_on_packet(&echo, &frame_them4, &packet));
    assert_true(echo_expired_at_target(&echo));
}

static void test_a_reply_to_a_small_ttl_is_no_reference(void **state)
{
    struct echo echo = asked(100, 2);
    struct packet packet = a_reply(101);

    (void)state;
    assert_true(echo_on_packet(&echo, &frame_them4, &packet));
    assert_false(echo.replied);
}

static void test_what_is_not_ours(void **state)
{
    struct echo echo = asked(100, 2);
    struct packet packets[8];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(packets); i++)
        packets[i] = a_reply(100);
    packets[0].echo.id = 8;
    packets[1].echo.seq = 102;
    packets[2].echo.seq = 99;
    packets[3].src = frame_router4;
    packets[4].echo.reply = false;
    packets[5].kind = PACKET_TCP;
    packets[6].echo.cookie ^= 1;
    packets[7].echo.has_cookie = false; /* cut short */
    for (unsigned i = 0; i < ARRAY_LEN(packets); i++)
        assert_false(echo_on_packet(&echo, &frame_them4, &packets[i]) ||
                     echo_is_about(&echo, &frame_them4, &packets[i]));
    assert_false(echo.replied);
}

/* What a router quotes of an echo: with our cookie, with another, or only the 8 bytes it must. */
static void test_what_a_quote_proves(void **state)
{
    struct packet packet = {
        .kind = PACKET_ICMP_ERROR,
        .src = frame_router4,
        .icmp = {11, 0},
        .quote = {.kind = PACKET_ECHO,
                  .dst = frame_them4,
                  .echo = {.id = 7, .seq = 101, .has_cookie = true, .cookie = FRAME_ECHO_COOKIE}},
    };
    struct echo echo = asked(100, 2), proven;
    bool was_asked;

    (void)state;
    packet.quote.echo.cookie++;
    assert_false(echo_on_packet(&echo, &frame_them4, &packet));
    packet.quote.echo.cookie--;
    assert_true(echo_on_packet(&echo, &frame_them4, &packet));
    assert_false(echo_leave_proven(&echo, &proven));
    assert_int_equal(echo_at(&proven, 2, &was_asked), ECHO_EXPIRED);

    echo = asked(100, 2);
    packet.quote.echo.has_cookie = false;
    packet.quote.echo.cookie = 0;
    assert_false(echo_on_packet(&echo, &frame_them4, &packet)); /* with another IP ID */
    packet.quote.ip_id = 0x4243;
    assert_true(echo_on_packet(&echo, &frame_them4, &packet));
    assert_int_equal(echo_at(&echo, 2, &was_asked), ECHO_EXPIRED);
    assert_true(echo_leave_proven(&echo, &proven));
    assert_int_equal(echo_at(&proven, 2, &was_asked), ECHO_SILENT);

    echo = asked(100, 2); /* IPv6 routers quote all that they can (RFC 4443 section 3.3) */
    packet.src = frame_router6;
    packet.icmp.type = ICMPV6_TIME_EXCEEDED;
    packet.quote.dst = frame_them6;
    assert_false(echo_on_packet(&echo, &frame_them6, &packet));
    packet.quote.echo.has_cookie = true;
    packet.quote.echo.cookie = FRAME_ECHO_COOKIE;
    assert_true(echo_on_packet(&echo, &frame_them6, &packet));
}

static void test_tries_are_bounded(void **state)
{
    struct echo echo = {.id = 1};
    struct echo_request request = {0};

    (void)state;
    for (unsigned i = 0; i < ECHO_ATTEMPTS_MAX; i++)
        assert_true(echo_add(&echo, 1, &request));
    assert_false(echo_add(&echo, 1, &request));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_bytes_of_ipv6),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_a_reply_to_a_small_ttl_is_no_reference),
        cmocka_unit_test(test_what_is_not_ours),
        cmocka_unit_test(test_what_a_quote_proves),
        cmocka_unit_test(test_tries_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
