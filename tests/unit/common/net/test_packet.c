/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "tests/unit/support/frames.h"

static struct packet parse(const char *name)
{
    const struct frame *frame = frame_named(name);
    struct packet packet;

    assert_non_null(frame);
    if (!packet_parse_frame(frame->bytes, frame->len, &packet))
        fail_msg("%s does not parse", name);
    return packet;
}

static void assert_addr(const struct addr *got, const struct addr *wanted)
{
    char a[ADDR_TEXT_LEN], b[ADDR_TEXT_LEN];

    addr_format(got, a);
    addr_format(wanted, b);
    assert_string_equal(a, b);
}

static void test_syn_ack(void **state)
{
    struct packet p = parse("syn-ack4");

    (void)state;
    assert_int_equal(p.kind, PACKET_TCP);
    assert_false(p.loopback);
    assert_false(p.outgoing);
    assert_addr(&p.src, &frame_them4);
    assert_addr(&p.dst, &frame_us4);
    assert_int_equal(p.ttl, 62);
    assert_int_equal(p.tos, 0);
    assert_int_equal(p.tcp.sport, FRAME_DPORT);
    assert_int_equal(p.tcp.dport, FRAME_SPORT);
    assert_int_equal(p.tcp.ack, FRAME_SEQ + 1);
    assert_int_equal(p.tcp.flags, TCP_SYN | TCP_ACK);
    assert_int_equal(p.tcp.window, 65160);
    assert_true(p.tcp.has_options);
    assert_true(p.tcp.has_timestamps);
    assert_int_equal(p.tcp.ts_value, 0x01020304);
    assert_int_equal(p.tcp.ts_echo, 0x0a0b0c0d);
}

static void test_ipv6(void **state)
{
    struct packet p = parse("host-rst6");

    (void)state;
    assert_int_equal(p.kind, PACKET_TCP);
    assert_addr(&p.src, &frame_them6);
    assert_int_equal(p.tos, 0x28);
    assert_int_equal(p.flow_label, 0x54321);
    assert_int_equal(p.ttl, 62);
    assert_int_equal(parse("extended-rst6").tcp.ack, FRAME_SEQ + 1);
    assert_int_equal(parse("first-fragment6").tcp.ack, FRAME_SEQ + 1);
    p = parse("filter-rst6");
    assert_int_equal(p.tos, 0);
    assert_int_equal(p.flow_label, 0);
}

static void test_vlan_tags_are_skipped(void **state)
{
    (void)state;
    assert_int_equal(parse("vlan-rst4").tcp.ack, FRAME_SEQ + 1);
    assert_int_equal(parse("qinq-rst4").tcp.ack, FRAME_SEQ + 1);
}

static void test_icmp_errors_with_the_shortest_quote(void **state)
{
    struct packet p = parse("admin-prohibited4");

    (void)state;
    assert_int_equal(p.kind, PACKET_ICMP_ERROR);
    assert_addr(&p.src, &frame_router4);
    assert_int_equal(p.icmp.type, 3);
    assert_int_equal(p.icmp.code, 13);
    assert_addr(&p.quote.src, &frame_us4);
    assert_addr(&p.quote.dst, &frame_them4);
    assert_int_equal(p.quote.sport, FRAME_SPORT);
    assert_int_equal(p.quote.dport, FRAME_DPORT);
    assert_int_equal(p.quote.seq, FRAME_SEQ);
    assert_int_equal(p.quote.ttl, 63);
    assert_int_equal(p.quote.tos, 0x28);
    assert_int_equal(p.quote.ip_id, 0x4242);
    p = parse("quoted-options4");
    assert_int_equal(p.quote.seq, FRAME_SEQ);
    p = parse("host-unreachable4"); /* the whole SYN says no more */
    assert_int_equal(p.icmp.code, 1);
    assert_int_equal(p.quote.seq, FRAME_SEQ);
    p = parse("extended-error6");
    assert_int_equal(p.kind, PACKET_ICMP_ERROR);
    assert_int_equal(p.icmp.code, 3);
    assert_addr(&p.quote.dst, &frame_them6);
    assert_int_equal(p.quote.dport, FRAME_DPORT);
    assert_int_equal(p.quote.seq, FRAME_SEQ);
    p = parse("admin-prohibited6");
    assert_int_equal(p.icmp.type, 1);
    assert_int_equal(p.icmp.code, 1);
    assert_int_equal(p.quote.seq, FRAME_SEQ);
    assert_addr(&p.quote.dst, &frame_them6);
}

static void test_own_syn(void **state)
{
    struct packet p = parse("own-syn4");

    (void)state;
    assert_true(p.outgoing);
    assert_int_equal(p.tcp.flags, TCP_SYN);
    assert_int_equal(p.tcp.ts_value, 0x0a0b0c0d);
}

static void test_what_a_verdict_needs_besides(void **state)
{
    static const uint8_t options[] = {TCP_OPTION_MSS, TCP_OPTION_SACK_PERMITTED,
                                      TCP_OPTION_TIMESTAMPS, TCP_OPTION_NOP,
                                      TCP_OPTION_WINDOW_SCALE};
    struct packet p = parse("syn-ack4");

    (void)state;
    assert_int_equal(p.tcp.option_count, ARRAY_LEN(options));
    assert_memory_equal(p.tcp.options, options, sizeof(options));
    assert_int_equal(p.tcp.mss, 1460);
    assert_int_equal(p.tcp.window_scale, 10);
    assert_true(p.dont_fragment);
    assert_int_equal(p.ip_id, 0x4242);
    assert_ptr_equal(p.bytes, frame_named("syn-ack4")->bytes + 20);
    assert_int_equal(p.len, 60);
    p = parse("vlan-rst4"); /* from the IP header on, behind all tags */
    assert_int_equal(p.bytes[0], 0x45);
    assert_int_equal(p.len, 40);
    assert_false(p.tcp.has_options);
    assert_int_equal(p.tcp.option_count, 0);
    p = parse("syn-ack6"); /* which has neither */
    assert_false(p.dont_fragment);
    assert_int_equal(p.ip_id, 0);
}

static void test_echoes(void **state)
{
    static const struct {
        const char *name;
        bool reply, outgoing;
        const struct addr *from;
    } rows[] = {
        {"echo-reply4", true, false, &frame_them4},
        {"echo-reply6", true, false, &frame_them6},
        {"own-echo4", false, true, &frame_us4},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct packet p = parse(rows[i].name);
        assert_int_equal(p.kind, PACKET_ECHO);
        assert_int_equal(p.echo.reply, rows[i].reply);
        assert_int_equal(p.outgoing, rows[i].outgoing);
        assert_addr(&p.src, rows[i].from);
        assert_int_equal(p.echo.id, FRAME_ECHO_ID);
        assert_int_equal(p.echo.seq, FRAME_ECHO_SEQ);
        assert_true(p.echo.has_cookie);
        assert_true(p.echo.cookie == FRAME_ECHO_COOKIE);
        assert_int_equal(p.tos, 0x28);
    }
}

static void test_errors_that_quote_an_echo(void **state)
{
    static const char *const names[] = {"echo-exceeded4", "echo-exceeded6", "echo-exceeded-whole4"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        struct packet p = parse(names[i]);
        assert_int_equal(p.kind, PACKET_ICMP_ERROR);
        assert_int_equal(p.quote.kind, PACKET_ECHO);
        assert_int_equal(p.quote.echo.id, FRAME_ECHO_ID);
        assert_int_equal(p.quote.echo.seq, FRAME_ECHO_SEQ);
        assert_false(p.quote.echo.reply);
        assert_addr(&p.quote.dst, i == 1 ? &frame_them6 : &frame_them4);
        assert_int_equal(p.quote.ttl, 1);
        assert_int_equal(p.quote.echo.has_cookie, i == 2);
        assert_true(p.quote.echo.cookie == (i == 2 ? FRAME_ECHO_COOKIE : 0));
    }
    assert_int_equal(parse("ttl-exceeded4").quote.kind, PACKET_TCP);
}

static void test_malformed_ones_are_nothing(void **state)
{
    static const char *const names[] = {
        "later-fragment4", "short-header4",        "short-data-offset4",
        "three-tags-rst4", "quoted-short-header4", "quoted-later-fragment4",
        "quoted-udp4",     "quoted-echo-reply4",   "later-fragment6",
    };
    struct packet p;

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        const struct frame *frame = frame_named(names[i]);
        if (packet_parse_frame(frame->bytes, frame->len, &p))
            fail_msg("%s parses", names[i]);
        assert_int_equal(p.kind, PACKET_NONE);
    }
}

static void test_odd_options_end_the_options_only(void **state)
{
    static const char *const names[] = {"cut-option4", "zero-option-len4", "one-option-len4",
                                        "long-data-offset4"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        struct packet p = parse(names[i]);
        assert_int_equal(p.tcp.ack, FRAME_SEQ + 1);
        assert_false(p.tcp.has_timestamps);
    }
}

/* Where the last byte that matters lies; behind it a cut does no harm. */
static size_t needed_len(const char *name)
{
    static const struct {
        const char *name;
        size_t len;
    } rows[] = {
        {"syn-ack4", 20 + 20 + 20},
        {"host-rst4", 20 + 20 + 20},
        {"host-rst6", 20 + 40 + 20},
        {"vlan-rst4", 20 + 4 + 20 + 20},
        {"qinq-rst4", 20 + 8 + 20 + 20},
        {"extended-rst6", 20 + 40 + 8 + 16 + 20},
        {"first-fragment6", 20 + 40 + 8 + 16 + 20},
        {"host-unreachable4", 20 + 20 + 8 + 20 + 8},
        {"quoted-options4", 20 + 20 + 8 + 28 + 8},
        {"extended-error6", 20 + 40 + 8 + 8 + 40 + 8 + 8},
        {"echo-reply4", 20 + 20 + 8},
        {"echo-reply6", 20 + 40 + 8},
        {"echo-exceeded4", 20 + 20 + 8 + 20 + 8},
        {"echo-exceeded6", 20 + 40 + 8 + 40 + 8},
        {"admin-prohibited4", 20 + 20 + 8 + 20 + 8},
        {"admin-prohibited6", 20 + 40 + 8 + 40 + 8},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].len;
    return 0;
}

/* Each truncation in memory of exactly its length, for the address sanitizer. */
static void test_every_truncation(void **state)
{
    const struct frame *frame;

    (void)state;
    for (unsigned i = 0; (frame = frame_at(i)) != NULL; i++) {
        for (size_t len = 0; len < frame->len; len++) {
            uint8_t *copy = malloc(len > 0 ? len : 1);
            struct packet p;
            bool parsed;
            assert_non_null(copy);
            memcpy(copy, frame->bytes, len);
            parsed = packet_parse_frame(copy, len, &p);
            free(copy);
            if (needed_len(frame->name) > 0 && parsed != (len >= needed_len(frame->name)))
                fail_msg("%s cut to %zu bytes: parsed %d", frame->name, len, parsed);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syn_ack),
        cmocka_unit_test(test_ipv6),
        cmocka_unit_test(test_vlan_tags_are_skipped),
        cmocka_unit_test(test_icmp_errors_with_the_shortest_quote),
        cmocka_unit_test(test_own_syn),
        cmocka_unit_test(test_what_a_verdict_needs_besides),
        cmocka_unit_test(test_echoes),
        cmocka_unit_test(test_errors_that_quote_an_echo),
        cmocka_unit_test(test_malformed_ones_are_nothing),
        cmocka_unit_test(test_odd_options_end_the_options_only),
        cmocka_unit_test(test_every_truncation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
