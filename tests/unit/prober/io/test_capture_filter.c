/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pcap/pcap.h>
#include <string.h>

#include "prober/io/capture_filter.h"
#include "prober/packet/our_syn.h"
#include "tests/unit/support/frames.h"

enum { OUR_ECHO_ID = FRAME_ECHO_ID - 1 };

static const struct source_ports_span ours[SOURCE_PORTS_SPANS] = {
    {50000, 50100}, {FRAME_SPORT - 10, FRAME_SPORT + 10}};

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

/* A SYN, leaving or not, of either family. */
static bool syn_passes(bool ipv6, uint8_t tos, uint16_t sport, uint16_t window)
{
    uint8_t bytes[FRAME_MAX_LEN];
    struct writer w = writer_of(bytes, sizeof(bytes));

    frame_sll2(&w, ipv6 ? 0x86dd : 0x0800, true);
    if (ipv6)
        frame_ipv6(&w, &frame_us6, &frame_them6, 6, tos, 64, 20);
    else
        frame_ipv4(&w, &frame_us4, &frame_them4, 6, tos, 64, 20);
    frame_tcp(&w, sport, FRAME_DPORT, 1, 0, TCP_SYN, window);
    return passes(bytes, w.pos);
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
        {false, 50000, 1, true}, /* from either span of ours */
        {true, 50100, 1, true},
        {false, FRAME_SPORT, 1, true},
        {false, 49999, 1, false},
        {false, 50101, 1, false},
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
        cmocka_unit_test(test_ipv6_extension_headers),
        cmocka_unit_test(test_others_do_not),
    };
    return cmocka_run_group_tests(tests, compile, NULL);
}
