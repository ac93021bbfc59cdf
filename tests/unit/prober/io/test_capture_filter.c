/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pcap/pcap.h>
#include <string.h>

#include "prober/io/capture_filter.h"
#include "prober/packet/capture_marks.h"
#include "prober/packet/our_syn.h"
#include "tests/unit/support/frames.h"

enum { OUR_ECHO_ID = FRAME_ECHO_ID - 1, LOWEST = 49152 + (FRAME_ECHO_ID >> 12) * 64 };

/* The frames' echo id bears the number of the prober that has these. */
static const struct source_ports_span ours[SOURCE_PORTS_SPANS] = {
    {LOWEST, LOWEST + 100}, {FRAME_SPORT - 10, FRAME_SPORT + 10}};

static struct bpf_program program;

static int compile(void **state)
{
    pcap_t *dead = pcap_open_dead(DLT_LINUX_SLL2, 256);
    char expression[CAPTURE_FILTER_MAX_LEN];
    int rc;

    (void)state;
    capture_filter_expression(ours, expression);
    rc = pcap_compile(dead, &program, expression, 1, PCAP_NETMASK_UNKNOWN);
    if (rc != 0)
        print_error("%s: %s\n", expression, pcap_geterr(dead));
    pcap_close(dead);
    return rc;
}

static bool passes(const uint8_t *frame, size_t len)
{
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)len, .len = (bpf_u_int32)len};

    return pcap_offline_filter(&program, &header, frame) != 0;
}

static void test_answers_and_own_packets_pass(void **state)
{
    static const char *const names[] = {
        "syn-ack4",        "syn-ack6",          "host-rst4",         "host-rst6",
        "challenge-ack4",  "admin-prohibited4", "admin-prohibited6", "port-unreachable4",
        "ttl-exceeded4",   "quoted-options4",   "own-syn4",          "filter-rst6",
        "bare-rst4",       "host-unreachable4", "synproxy4",         "echo-reply4",
        "echo-reply6",     "own-echo4",         "echo-exceeded4",    "echo-exceeded6",
        "first-fragment6", "extended-rst6",     "extended-error6",   "later-fragment6",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct frame *frame = frame_named(names[i]);
        if (!passes(frame->bytes, frame->len))
            fail_msg("%s does not pass", names[i]);
    }
}

/* Nobody asks to see an echo request with an even id: only its reply is news. */
static void test_echoes_by_their_id(void **state)
{
    static const struct {
        uint16_t id;
        bool request, reply;
    } rows[] = {
        {OUR_ECHO_ID, false, true},
        {OUR_ECHO_ID + 1, true, true},
        {OUR_ECHO_ID - 1, true, true},
        {OUR_ECHO_ID + 2, false, true},
        {OUR_ECHO_ID ^ 0x1000, false, false}, /* another prober's */
        {(OUR_ECHO_ID + 1) ^ 0x8000, false, false},
    };
    static const struct {
        bool ipv6;
        uint8_t type;
        bool reply;
    } kinds[] = {{false, 8, false}, {false, 0, true}, {true, 128, false}, {true, 129, true}};

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (unsigned k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
            uint8_t bytes[FRAME_MAX_LEN];
            struct writer w = writer_of(bytes, sizeof(bytes));
            frame_sll2(&w, kinds[k].ipv6 ? 0x86dd : 0x0800, !kinds[k].reply);
            if (kinds[k].ipv6)
                frame_ipv6(&w, &frame_them6, &frame_us6, 58, 0, 62, 8);
            else
                frame_ipv4(&w, &frame_them4, &frame_us4, 1, 0, 62, 8);
            write_u32(&w, (uint32_t)kinds[k].type << 24);
            write_u32(&w, (uint32_t)rows[i].id << 16);
            if (passes(bytes, w.pos) != (kinds[k].reply ? rows[i].reply : rows[i].request))
                fail_msg("type %u, id %04x", kinds[k].type, rows[i].id);
        }
}

/* The lone ACKs that a silent port gets prove nothing by leaving. */
static void test_our_own_acks(void **state)
{
    static const struct {
        uint32_t ack;
        uint8_t flags;
        bool passes;
    } rows[] = {
        {0x01020304, TCP_ACK, false}, {0x01020305, TCP_ACK, true}, {0, TCP_SYN, true},
        {0, TCP_RST, true},           {1, TCP_RST, true},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
            uint8_t bytes[FRAME_MAX_LEN];
            struct writer w = writer_of(bytes, sizeof(bytes));
            frame_sll2(&w, ipv6 ? 0x86dd : 0x0800, true);
            if (ipv6)
                frame_ipv6(&w, &frame_us6, &frame_them6, 6, 0x28, 64, 20);
            else
                frame_ipv4(&w, &frame_us4, &frame_them4, 6, 0x28, 64, 20);
            frame_tcp(&w, FRAME_SPORT, FRAME_DPORT, 1, rows[i].ack, rows[i].flags, 1);
            if (passes(bytes, w.pos) != rows[i].passes)
                fail_msg("row %u, IPv6 %u", i, ipv6);
        }
}

/* With the options of a SYN, and TSval and TSecr that begin with this number. */
static size_t write_segment(uint8_t bytes[static FRAME_MAX_LEN], bool ipv6, bool leaving,
                            uint8_t flags, uint16_t window, uint8_t owner)
{
    struct writer w = writer_of(bytes, FRAME_MAX_LEN);
    size_t begin;

    frame_sll2(&w, ipv6 ? 0x86dd : 0x0800, leaving);
    if (ipv6)
        frame_ipv6(&w, &frame_us6, &frame_them6, 6, 0, 64, 40);
    else
        frame_ipv4(&w, &frame_us4, &frame_them4, 6, 0, 64, 40);
    begin = w.pos;
    frame_tcp(&w, 40000, 40001, 1, 1, flags, window); /* from and to nobody's ports */
    bytes[begin + 12] = 0xa0;
    write_u32(&w, 0x020405b4);
    write_u32(&w, 0x0402080a);
    write_u32(&w, (uint32_t)owner << 24 | 5);
    write_u32(&w, (uint32_t)owner << 24 | 7);
    write_u32(&w, 0x01030307);
    return w.pos;
}

/* What other servers and probers of this machine send and get costs nothing; what may belong to a
 * SYN of ours that our own NAT gave another port passes. */
static void test_whose_they_are(void **state)
{
    const uint8_t us = capture_owner(LOWEST), other = (uint8_t)(us + 1);
    const struct {
        bool leaving;
        uint8_t flags, owner;
        bool passes;
    } rows[] = {
        {true, TCP_SYN, us, true},
        {true, TCP_SYN, other, false},
        {false, TCP_SYN | TCP_ACK, us, true},
        {false, TCP_SYN | TCP_ACK, other, false}, /* to another prober, or a client */
        {true, TCP_SYN | TCP_ACK, us, false},     /* a server of this machine accepts */
        {true, TCP_SYN | TCP_ACK, other, false},
        {false, TCP_RST, other, true},
        {false, TCP_RST | TCP_ACK, other, true},
        {true, TCP_RST, us, false},
        {true, TCP_RST | TCP_ACK, other, false},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
            uint8_t bytes[FRAME_MAX_LEN];
            size_t len =
                write_segment(bytes, ipv6 != 0, rows[i].leaving, rows[i].flags,
                              ipv6 ? OUR_SYN_WINDOW_IPV6 : OUR_SYN_WINDOW_IPV4, rows[i].owner);
            if (passes(bytes, len) != rows[i].passes)
                fail_msg("row %u, IPv6 %u", i, ipv6);
        }
}

/* Where a SYN-ACK's options are others, or none, nothing says that it isn't ours. */
static void test_syn_acks_without_our_timestamps(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        bool ipv6 = (i & 1) != 0, none = (i & 2) != 0;
        uint8_t bytes[FRAME_MAX_LEN];
        size_t len = write_segment(bytes, ipv6, false, TCP_SYN | TCP_ACK, 1, 1);
        size_t begin = len - 40;
        if (none)
            bytes[begin + 12] = 0x50;
        else
            bytes[begin + 24] = 1;
        if (!passes(bytes, none && (i & 4) != 0 ? len - 20 : len))
            fail_msg("row %u", i);
    }
}

/* Of 16 probers that start one after the other no two have the same number. */
static void test_probers_differ(void **state)
{
    uint16_t seen = 0;

    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        uint16_t id = mark_echo_id(0xffff, false, capture_owner((uint16_t)(49152 + i * 64)));
        seen |= (uint16_t)(1U << (id >> 12));
        assert_int_equal(id & 0xfff, 0xffe);
        assert_int_equal(mark_ts_value(UINT32_MAX, (uint8_t)i) >> 24, i);
        assert_int_equal((mark_ts_value(UINT32_MAX, (uint8_t)i) + 10000) >> 24, i);
    }
    assert_int_equal(seen, 0xffff);
}

/* A SYN, leaving or not, of either family. */
static bool syn_passes(bool ipv6, uint8_t tos, uint16_t sport, uint16_t window)
{
    uint8_t bytes[FRAME_MAX_LEN];
    size_t len = write_segment(bytes, ipv6, true, TCP_SYN, window, capture_owner(LOWEST));
    size_t tcp = len - 40;

    bytes[ipv6 ? tcp - 39 : tcp - 19] = (uint8_t)(ipv6 ? tos << 4 : tos);
    bytes[tcp] = (uint8_t)(sport >> 8);
    bytes[tcp + 1] = (uint8_t)sport;
    return passes(bytes, len);
}

/* A NAT of our own may give our SYNs other ports, and take their mark: their window tells them
 * from those of all other programs. */
static void test_syns_like_ours_by_their_window(void **state)
{
    static const struct {
        bool ipv6;
        uint16_t sport, window;
        bool passes;
    } rows[] = {
        {false, 40000, OUR_SYN_WINDOW_IPV4, true},
        {true, 40000, OUR_SYN_WINDOW_IPV6, true},
        {false, 40000, 64240, false}, /* Linux, by an Ethernet's MSS */
        {true, 40000, 64800, false},
        {false, 40000, OUR_SYN_WINDOW_IPV6, false},
        {true, 40000, OUR_SYN_WINDOW_IPV4, false},
        {false, 40000, 65535, false},
        {false, LOWEST, 1, true}, /* from either span of ours */
        {true, LOWEST + 100, 1, true},
        {false, FRAME_SPORT, 1, true},
        {false, LOWEST - 1, 1, false},
        {false, LOWEST + 101, 1, false},
        {true, FRAME_SPORT + 11, 1, false},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (unsigned marked = 0; marked < 2; marked++)
            if (syn_passes(rows[i].ipv6, marked != 0 ? OUR_SYN_TOS : 0, rows[i].sport,
                           rows[i].window) != rows[i].passes)
                fail_msg("row %u, marked %u", i, marked);
}

/* Extension headers hide what is behind them: our own code looks.  Others hide nothing of
 * ours. */
static void test_ipv6_extension_headers(void **state)
{
    static const struct {
        uint8_t next;
        bool passes;
    } rows[] = {{0, true},   {43, true},  {44, true},  {51, true},  {60, true},
                {17, false}, {50, false}, {59, false}, {135, false}};

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t bytes[FRAME_MAX_LEN];
        struct writer w = writer_of(bytes, sizeof(bytes));
        frame_sll2(&w, 0x86dd, false);
        frame_ipv6(&w, &frame_them6, &frame_us6, rows[i].next, 0, 62, 8 + 20);
        write_u64(&w, UINT64_C(0x0600000100000000));
        frame_tcp(&w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_ACK, 0);
        if (passes(bytes, w.pos) != rows[i].passes)
            fail_msg("next header %u", rows[i].next);
    }
}

static void test_others_do_not(void **state)
{
    uint8_t bytes[FRAME_MAX_LEN];
    struct writer w = writer_of(bytes, sizeof(bytes));

    (void)state;
    frame_sll2(&w, 0x0800, false); /* somebody's own connection */
    frame_ipv4(&w, &frame_them4, &frame_us4, 6, 0, 62, 20);
    frame_tcp(&w, 443, 40000, 1, 1, TCP_ACK, 1);
    assert_false(passes(bytes, w.pos));

    w = writer_of(bytes, sizeof(bytes));
    frame_sll2(&w, 0x86dd, true); /* and on IPv6, leaving */
    frame_ipv6(&w, &frame_us6, &frame_them6, 6, 0, 64, 20);
    frame_tcp(&w, 40000, 443, 1, 1, TCP_SYN, 1);
    assert_false(passes(bytes, w.pos));

    w = writer_of(bytes, sizeof(bytes));
    frame_sll2(&w, 0x0800, false); /* a timestamp request */
    frame_ipv4(&w, &frame_them4, &frame_us4, 1, 0, 62, 8);
    write_u32(&w, 0x0d000000);
    write_u32(&w, (uint32_t)(FRAME_ECHO_ID + 1) << 16);
    assert_false(passes(bytes, w.pos));

    w = writer_of(bytes, sizeof(bytes));
    frame_sll2(&w, 0x86dd, false); /* neighbour solicitation */
    frame_ipv6(&w, &frame_them6, &frame_us6, 58, 0, 255, 24);
    write_u64(&w, UINT64_C(0x8700000000000000));
    write_u64(&w, 0);
    assert_false(passes(bytes, w.pos));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_and_own_packets_pass),
        cmocka_unit_test(test_echoes_by_their_id),
        cmocka_unit_test(test_our_own_acks),
        cmocka_unit_test(test_syns_like_ours_by_their_window),
        cmocka_unit_test(test_whose_they_are),
        cmocka_unit_test(test_syn_acks_without_our_timestamps),
        cmocka_unit_test(test_probers_differ),
        cmocka_unit_test(test_ipv6_extension_headers),
        cmocka_unit_test(test_others_do_not),
    };
    return cmocka_run_group_tests(tests, compile, NULL);
}
