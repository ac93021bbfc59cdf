/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/frames.h"

#include <string.h>

#include "common/base/compiler.h"
#include "prober/packet/segment.h"

enum { SLL2_LEN = 20 };

/* A listener's SYN-ACK: MSS, SACK, timestamps that echo 0x0a0b0c0d. */
static void syn_ack(struct writer *w)
{
    write_u16(w, FRAME_DPORT);
    write_u16(w, FRAME_SPORT);
    write_u32(w, 0x55667788);
    write_u32(w, FRAME_SEQ + 1);
    write_u8(w, 10 << 4);
    write_u8(w, TCP_SYN | TCP_ACK);
    write_u16(w, 65160);
    write_u32(w, 0);
    write_u32(w, 0x020405b4);
    write_u32(w, 0x0402080a);
    write_u32(w, 0x01020304);
    write_u32(w, 0x0a0b0c0d);
    write_u32(w, 0x0103030a);
}

static void syn_ack4(struct writer *w)
{
    frame_sll2(w, 0x0800, false);
    frame_ipv4(w, &frame_them4, &frame_us4, 6, 0, 62, 40);
    syn_ack(w);
}

static void syn_ack6(struct writer *w)
{
    frame_sll2(w, 0x86dd, false);
    frame_ipv6(w, &frame_them6, &frame_us6, 6, 0, 62, 40);
    syn_ack(w);
}

static void tcp4(struct writer *w, uint8_t tos, uint32_t ack, uint8_t flags, uint16_t window)
{
    frame_sll2(w, 0x0800, false);
    frame_ipv4(w, &frame_them4, &frame_us4, 6, tos, 62, 20);
    memset(w->data + SLL2_LEN + 4, 0, 2); /* Linux gives these no identification */
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, ack, flags, window);
}

static void host_rst4(struct writer *w)
{
    tcp4(w, 0x28, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
}

static void filter_rst4(struct writer *w)
{
    tcp4(w, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
}

static void synproxy4(struct writer *w)
{
    tcp4(w, 0, FRAME_SEQ + 1, TCP_SYN | TCP_ACK, 0);
}

static void challenge_ack4(struct writer *w)
{
    tcp4(w, 0, 0x99999999, TCP_ACK, 500);
}

static void rst_of_wrong_ack4(struct writer *w)
{
    tcp4(w, 0x28, FRAME_SEQ, TCP_RST | TCP_ACK, 0);
}

static void bare_rst4(struct writer *w)
{
    tcp4(w, 0x28, 0, TCP_RST, 0);
}

static void host_rst6(struct writer *w)
{
    frame_sll2(w, 0x86dd, false);
    frame_ipv6(w, &frame_them6, &frame_us6, 6, 0x28, 62, 20);
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
}

static void vlan_rst4(struct writer *w)
{
    frame_sll2(w, 0x8100, false);
    write_u16(w, 5);
    write_u16(w, 0x0800);
    frame_ipv4(w, &frame_them4, &frame_us4, 6, 0x28, 62, 20);
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
}

static void qinq_rst4(struct writer *w)
{
    frame_sll2(w, 0x88a8, false);
    write_u16(w, 5);
    write_u16(w, 0x8100);
    write_u16(w, 6);
    write_u16(w, 0x0800);
    frame_ipv4(w, &frame_them4, &frame_us4, 6, 0x28, 62, 20);
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
}

/* An ICMP error with the quote of our SYN, as short as RFC 792 allows. */
static void icmp4(struct writer *w, const struct addr *from, uint8_t type, uint8_t code)
{
    frame_sll2(w, 0x0800, false);
    frame_ipv4(w, from, &frame_us4, 1, 0xc8, 64, 36);
    write_u8(w, type);
    write_u8(w, code);
    write_u16(w, 0);
    write_u32(w, 0);
    frame_ipv4(w, &frame_us4, &frame_them4, 6, 0x28, 63, 40);
    write_u16(w, FRAME_SPORT);
    write_u16(w, FRAME_DPORT);
    write_u32(w, FRAME_SEQ);
}

static void admin_prohibited4(struct writer *w)
{
    icmp4(w, &frame_router4, 3, 13);
}

static void port_unreachable4(struct writer *w)
{
    icmp4(w, &frame_them4, 3, 3);
}

static void fragmentation_needed4(struct writer *w)
{
    icmp4(w, &frame_router4, 3, 4);
}

static void ttl_exceeded4(struct writer *w)
{
    icmp4(w, &frame_router4, 11, 0);
}

/* The quoted IPv4 header has 8 bytes of options. */
static void quoted_options4(struct writer *w)
{
    frame_sll2(w, 0x0800, false);
    frame_ipv4(w, &frame_router4, &frame_us4, 1, 0xc8, 64, 44);
    write_u32(w, 0x030d0000);
    write_u32(w, 0);
    frame_ipv4(w, &frame_us4, &frame_them4, 6, 0x28, 63, 48);
    w->data[w->pos - 20] = 0x47;
    write_u64(w, UINT64_C(0x0101010101010101));
    write_u16(w, FRAME_SPORT);
    write_u16(w, FRAME_DPORT);
    write_u32(w, FRAME_SEQ);
}

static void admin_prohibited6(struct writer *w)
{
    frame_sll2(w, 0x86dd, false);
    frame_ipv6(w, &frame_router6, &frame_us6, 58, 0, 64, 8 + 40 + 20);
    write_u32(w, 0x01010000);
    write_u32(w, 0);
    frame_ipv6(w, &frame_us6, &frame_them6, 6, 0x28, 63, 20);
    frame_tcp(w, FRAME_SPORT, FRAME_DPORT, FRAME_SEQ, 0, TCP_SYN, 64800);
}

/* As Linux sends it: the whole SYN in the quote. */
static void host_unreachable4(struct writer *w)
{
    frame_sll2(w, 0x0800, false);
    frame_ipv4(w, &frame_router4, &frame_us4, 1, 0xc8, 64, 8 + 20 + 20);
    write_u32(w, 0x03010000);
    write_u32(w, 0);
    frame_ipv4(w, &frame_us4, &frame_them4, 6, 0x28, 63, 20);
    frame_tcp(w, FRAME_SPORT, FRAME_DPORT, FRAME_SEQ, 0, TCP_SYN, 64240);
}

static void quoted_short_header4(struct writer *w)
{
    icmp4(w, &frame_router4, 3, 13);
    w->data[20 + 20 + 8] = 0x44;
}

static void quoted_later_fragment4(struct writer *w)
{
    icmp4(w, &frame_router4, 3, 13);
    w->data[20 + 20 + 8 + 7] = 0x10;
}

static void quoted_udp4(struct writer *w)
{
    icmp4(w, &frame_router4, 3, 3);
    w->data[20 + 20 + 8 + 9] = 17;
}

/* The 8 bytes of an echo's ICMP header (RFC 792, RFC 4443 section 4). */
static void echo_header(struct writer *w, uint8_t type)
{
    write_u32(w, (uint32_t)type << 24);
    write_u16(w, FRAME_ECHO_ID);
    write_u16(w, FRAME_ECHO_SEQ);
}

static void echo_of(struct writer *w, bool outgoing, const struct addr *src, const struct addr *dst,
                    uint8_t type)
{
    bool ipv4 = src->family == ADDR_IPV4;

    frame_sll2(w, ipv4 ? 0x0800 : 0x86dd, outgoing);
    if (ipv4)
        frame_ipv4(w, src, dst, 1, 0x28, 62, 16);
    else
        frame_ipv6(w, src, dst, 58, 0x28, 62, 16);
    echo_header(w, type);
    write_u64(w, FRAME_ECHO_COOKIE);
}

static void echo_reply4(struct writer *w)
{
    echo_of(w, false, &frame_them4, &frame_us4, 0);
}

static void echo_reply6(struct writer *w)
{
    echo_of(w, false, &frame_them6, &frame_us6, 129);
}

static void own_echo4(struct writer *w)
{
    echo_of(w, true, &frame_us4, &frame_them4, 8);
}

static void echo_exceeded4(struct writer *w)
{
    frame_sll2(w, 0x0800, false);
    frame_ipv4(w, &frame_router4, &frame_us4, 1, 0xc8, 64, 8 + 20 + 8);
    write_u32(w, 0x0b000000);
    write_u32(w, 0);
    frame_ipv4(w, &frame_us4, &frame_them4, 1, 0x28, 1, 8);
    echo_header(w, 8);
}

/* More than the 8 bytes that a router must quote. */
static void echo_exceeded_whole4(struct writer *w)
{
    frame_sll2(w, 0x0800, false);
    frame_ipv4(w, &frame_router4, &frame_us4, 1, 0xc8, 64, 8 + 20 + 16);
    write_u32(w, 0x0b000000);
    write_u32(w, 0);
    frame_ipv4(w, &frame_us4, &frame_them4, 1, 0x28, 1, 16);
    echo_header(w, 8);
    write_u64(w, FRAME_ECHO_COOKIE);
}

static void echo_exceeded6(struct writer *w)
{
    frame_sll2(w, 0x86dd, false);
    frame_ipv6(w, &frame_router6, &frame_us6, 58, 0, 64, 8 + 40 + 8);
    write_u32(w, 0x03000000);
    write_u32(w, 0);
    frame_ipv6(w, &frame_us6, &frame_them6, 58, 0x28, 1, 8);
    echo_header(w, 128);
}

/* The quote of somebody's echo reply. */
static void quoted_echo_reply4(struct writer *w)
{
    echo_exceeded4(w);
    w->data[w->pos - 8] = 0;
}

/* Destination options both before the error and in its quote of 8 bytes. */
static void extended_error6(struct writer *w)
{
    frame_sll2(w, 0x86dd, false);
    frame_ipv6(w, &frame_router6, &frame_us6, 60, 0, 64, 8 + 8 + 40 + 8 + 8);
    write_u64(w, UINT64_C(0x3a00010400000000));
    write_u32(w, 0x01030000);
    write_u32(w, 0);
    frame_ipv6(w, &frame_us6, &frame_them6, 60, 0x28, 63, 8 + 20);
    write_u64(w, UINT64_C(0x0600010400000000));
    write_u16(w, FRAME_SPORT);
    write_u16(w, FRAME_DPORT);
    write_u32(w, FRAME_SEQ);
}

/* A fragment header, of which the offset decides; an authentication header. */
static void fragment6(struct writer *w, uint16_t offset)
{
    frame_sll2(w, 0x86dd, false);
    frame_ipv6(w, &frame_them6, &frame_us6, 44, 0x28, 62, 8 + 16 + 20);
    write_u16(w, 51 << 8);
    write_u16(w, (uint16_t)(offset << 3 | 1));
    write_u32(w, 0x12345678);
    write_u64(w, UINT64_C(0x0602000000000001));
    write_u64(w, 1);
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
}

static void first_fragment6(struct writer *w)
{
    fragment6(w, 0);
}

static void later_fragment6(struct writer *w)
{
    fragment6(w, 1);
}

/* netfilter's: neither traffic class nor flow label. */
static void filter_rst6(struct writer *w)
{
    frame_sll2(w, 0x86dd, false);
    frame_ipv6(w, &frame_them6, &frame_us6, 6, 0, 62, 20);
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
    memset(w->data + 20 + 1, 0, 3);
}

/* Hop-by-hop and destination options before TCP. */
static void extended_rst6(struct writer *w)
{
    frame_sll2(w, 0x86dd, false);
    frame_ipv6(w, &frame_them6, &frame_us6, 0, 0x28, 62, 8 + 16 + 20);
    write_u64(w, UINT64_C(0x3c00010400000000));
    write_u64(w, UINT64_C(0x0601010c00000000));
    write_u64(w, 0);
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
}

static void later_fragment4(struct writer *w)
{
    host_rst4(w);
    w->data[20 + 6] = 0x00;
    w->data[20 + 7] = 0x10;
}

static void short_header4(struct writer *w)
{
    host_rst4(w);
    w->data[20] = 0x44;
}

static void long_data_offset4(struct writer *w)
{
    host_rst4(w);
    w->data[20 + 20 + 12] = 0xf0;
}

/* An option kind in the last byte, without its length. */
static void cut_option4(struct writer *w)
{
    frame_sll2(w, 0x0800, false);
    frame_ipv4(w, &frame_them4, &frame_us4, 6, 0x28, 62, 24);
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
    w->data[w->pos - 8] = 6 << 4;
    write_u32(w, 0x01010108);
}

static void zero_option_len4(struct writer *w)
{
    cut_option4(w);
    w->data[w->pos - 4] = 8;
    w->data[w->pos - 3] = 0;
}

static void one_option_len4(struct writer *w)
{
    cut_option4(w);
    w->data[w->pos - 4] = 8;
    w->data[w->pos - 3] = 1;
}

static void short_data_offset4(struct writer *w)
{
    host_rst4(w);
    w->data[20 + 20 + 12] = 0x40;
}

static void three_tags_rst4(struct writer *w)
{
    frame_sll2(w, 0x88a8, false);
    for (unsigned i = 0; i < 2; i++)
        write_u32(w, 0x00058100);
    write_u32(w, 0x00050800);
    frame_ipv4(w, &frame_them4, &frame_us4, 6, 0x28, 62, 20);
    frame_tcp(w, FRAME_DPORT, FRAME_SPORT, 0, FRAME_SEQ + 1, TCP_RST | TCP_ACK, 0);
}

static void own_syn4(struct writer *w)
{
    struct segment syn = {.src = frame_us4,
                          .dst = frame_them4,
                          .sport = FRAME_SPORT,
                          .dport = FRAME_DPORT,
                          .seq = FRAME_SEQ,
                          .flags = TCP_SYN,
                          .ttl = 64,
                          .tos = 0x28,
                          .ip_id = 0x4242,
                          .ts_value = 0x0a0b0c0d};
    uint8_t packet[SEGMENT_MAX_LEN];

    frame_sll2(w, 0x0800, true);
    write_bytes(w, packet, segment_build(&syn, packet));
}

static const struct {
    const char *name;
    void (*write)(struct writer *w);
} makers[] = {
    {"syn-ack4", syn_ack4},
    {"syn-ack6", syn_ack6},
    {"host-rst4", host_rst4},
    {"host-rst6", host_rst6},
    {"filter-rst4", filter_rst4},
    {"synproxy4", synproxy4},
    {"challenge-ack4", challenge_ack4},
    {"rst-of-wrong-ack4", rst_of_wrong_ack4},
    {"bare-rst4", bare_rst4},
    {"vlan-rst4", vlan_rst4},
    {"qinq-rst4", qinq_rst4},
    {"admin-prohibited4", admin_prohibited4},
    {"admin-prohibited6", admin_prohibited6},
    {"port-unreachable4", port_unreachable4},
    {"fragmentation-needed4", fragmentation_needed4},
    {"ttl-exceeded4", ttl_exceeded4},
    {"quoted-options4", quoted_options4},
    {"extended-rst6", extended_rst6},
    {"later-fragment4", later_fragment4},
    {"short-header4", short_header4},
    {"long-data-offset4", long_data_offset4},
    {"cut-option4", cut_option4},
    {"zero-option-len4", zero_option_len4},
    {"one-option-len4", one_option_len4},
    {"short-data-offset4", short_data_offset4},
    {"three-tags-rst4", three_tags_rst4},
    {"filter-rst6", filter_rst6},
    {"host-unreachable4", host_unreachable4},
    {"quoted-short-header4", quoted_short_header4},
    {"quoted-later-fragment4", quoted_later_fragment4},
    {"quoted-udp4", quoted_udp4},
    {"extended-error6", extended_error6},
    {"first-fragment6", first_fragment6},
    {"later-fragment6", later_fragment6},
    {"own-syn4", own_syn4},
    {"echo-reply4", echo_reply4},
    {"echo-reply6", echo_reply6},
    {"own-echo4", own_echo4},
    {"echo-exceeded4", echo_exceeded4},
    {"echo-exceeded-whole4", echo_exceeded_whole4},
    {"echo-exceeded6", echo_exceeded6},
    {"quoted-echo-reply4", quoted_echo_reply4},
};

static struct frame made[ARRAY_LEN(makers)];

const struct frame *frame_at(unsigned index)
{
    struct writer w;

    if (index >= ARRAY_LEN(makers))
        return NULL;
    w = writer_of(made[index].bytes, FRAME_MAX_LEN);
    makers[index].write(&w);
    made[index].name = makers[index].name;
    made[index].len = w.pos;
    return &made[index];
}

const struct frame *frame_named(const char *name)
{
    for (unsigned i = 0; i < ARRAY_LEN(makers); i++)
        if (strcmp(makers[i].name, name) == 0)
            return frame_at(i);
    return NULL;
}
