/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/segment.h"

#include "common/cursor.h"
#include "prober/checksum.h"

enum {
    IPV4_HEADER_LEN = 20,
    IPV6_HEADER_LEN = 40,
    TCP_HEADER_LEN = 20,
    SYN_OPTIONS_LEN = 20,
    IPV4_DF = 0x4000,
    PROTOCOL_TCP = 6,
    IPV4_CHECKSUM_AT = 10,
    TCP_CHECKSUM_AT = 16,
};

/* What a Linux socket offers on a 1500-byte link. */
enum {
    MSS_IPV4 = 1460,
    MSS_IPV6 = 1440,
    WINDOW_IPV4 = 64240, /* 44 segments */
    WINDOW_IPV6 = 64800, /* 45 segments */
    WINDOW_SCALE = 7,
};

static void write_ipv4(struct writer *w, const struct segment *s, size_t tcp_len)
{
    uint8_t *header = w->data + w->pos;
    uint16_t sum;

    write_u8(w, 0x45);
    write_u8(w, s->tos);
    write_u16(w, (uint16_t)(IPV4_HEADER_LEN + tcp_len));
    write_u16(w, s->ip_id);
    write_u16(w, IPV4_DF);
    write_u8(w, s->ttl);
    write_u8(w, PROTOCOL_TCP);
    write_u16(w, 0);
    write_bytes(w, s->src.bytes, 4);
    write_bytes(w, s->dst.bytes, 4);
    sum = checksum_finish(checksum_add(0, header, IPV4_HEADER_LEN));
    header[IPV4_CHECKSUM_AT] = (uint8_t)(sum >> 8);
    header[IPV4_CHECKSUM_AT + 1] = (uint8_t)sum;
}

static void write_ipv6(struct writer *w, const struct segment *s, size_t tcp_len)
{
    write_u32(w, UINT32_C(6) << 28 | (uint32_t)s->tos << 20 | (s->flow_label & 0xfffff));
    write_u16(w, (uint16_t)tcp_len);
    write_u8(w, PROTOCOL_TCP);
    write_u8(w, s->ttl);
    write_bytes(w, s->src.bytes, 16);
    write_bytes(w, s->dst.bytes, 16);
}

static void write_syn_options(struct writer *w, const struct segment *s)
{
    write_u8(w, 2); /* maximum segment size */
    write_u8(w, 4);
    write_u16(w, s->dst.family == ADDR_IPV4 ? MSS_IPV4 : MSS_IPV6);
    write_u8(w, 4); /* SACK permitted */
    write_u8(w, 2);
    write_u8(w, 8); /* timestamps */
    write_u8(w, 10);
    write_u32(w, s->ts_value);
    write_u32(w, 0);
    write_u8(w, 1); /* no operation */
    write_u8(w, 3); /* window scale */
    write_u8(w, 3);
    write_u8(w, WINDOW_SCALE);
}

/* RFC 9293 section 3.1, RFC 8200 section 8.1: the pseudo-header's sum. */
static uint64_t pseudo_header_sum(const struct segment *s, size_t tcp_len)
{
    size_t len = addr_len(&s->src);
    uint64_t sum = PROTOCOL_TCP + tcp_len;

    sum = checksum_add(sum, s->src.bytes, len);
    return checksum_add(sum, s->dst.bytes, len);
}

size_t segment_build(const struct segment *s, uint8_t out[static SEGMENT_MAX_LEN])
{
    bool syn = (s->flags & TCP_SYN) != 0;
    uint16_t window = s->dst.family == ADDR_IPV4 ? WINDOW_IPV4 : WINDOW_IPV6;
    size_t tcp_len = TCP_HEADER_LEN + (syn ? SYN_OPTIONS_LEN : 0);
    struct writer w = writer_of(out, SEGMENT_MAX_LEN);
    uint8_t *tcp;
    uint16_t sum;

    if (s->dst.family == ADDR_IPV4)
        write_ipv4(&w, s, tcp_len);
    else
        write_ipv6(&w, s, tcp_len);

    tcp = out + w.pos;
    write_u16(&w, s->sport);
    write_u16(&w, s->dport);
    write_u32(&w, s->seq);
    write_u32(&w, s->ack);
    write_u8(&w, (uint8_t)(tcp_len / 4 << 4));
    write_u8(&w, s->flags);
    write_u16(&w, syn ? window : 0);
    write_u16(&w, 0);
    write_u16(&w, 0);
    if (syn)
        write_syn_options(&w, s);

    sum = checksum_finish(checksum_add(pseudo_header_sum(s, tcp_len), tcp, tcp_len));
    tcp[TCP_CHECKSUM_AT] = (uint8_t)(sum >> 8);
    tcp[TCP_CHECKSUM_AT + 1] = (uint8_t)sum;
    return w.pos;
}
