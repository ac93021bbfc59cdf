/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/packet/segment.h"

#include "common/base/cursor.h"
#include "prober/packet/checksum.h"
#include "prober/packet/ip_header.h"
#include "prober/packet/our_syn.h"

enum { TCP_CHECKSUM_AT = 16 };

/* In Linux's order. */
static void write_syn_options(struct writer *w, const struct segment *s)
{
    write_u8(w, TCP_OPTION_MSS);
    write_u8(w, TCP_OPTION_MSS_LEN);
    write_u16(w, s->dst.family == ADDR_IPV4 ? OUR_SYN_MSS_IPV4 : OUR_SYN_MSS_IPV6);
    write_u8(w, TCP_OPTION_SACK_PERMITTED);
    write_u8(w, TCP_OPTION_SACK_PERMITTED_LEN);
    write_u8(w, TCP_OPTION_TIMESTAMPS);
    write_u8(w, TCP_OPTION_TIMESTAMPS_LEN);
    write_u32(w, s->ts_value);
    write_u32(w, 0);
    write_u8(w, TCP_OPTION_NOP);
    write_u8(w, TCP_OPTION_WINDOW_SCALE);
    write_u8(w, TCP_OPTION_WINDOW_SCALE_LEN);
    write_u8(w, OUR_SYN_WINDOW_SCALE);
}

size_t segment_build(const struct segment *s, uint8_t out[static SEGMENT_MAX_LEN])
{
    bool syn = (s->flags & TCP_SYN) != 0;
    bool rst = (s->flags & TCP_RST) != 0;
    uint16_t window = s->dst.family == ADDR_IPV4 ? OUR_SYN_WINDOW_IPV4 : OUR_SYN_WINDOW_IPV6;
    size_t tcp_len = TCP_HEADER_LEN + (syn ? OUR_SYN_OPTIONS_LEN : 0U);
    const struct ip_header ip = {
        .src = s->src,
        .dst = s->dst,
        .protocol = IP_PROTOCOL_TCP,
        .ttl = s->ttl,
        .tos = s->tos,
        .id = s->ip_id,
        .flow_label = s->flow_label,
    };
    struct writer w = writer_of(out, SEGMENT_MAX_LEN);
    uint8_t *tcp;
    uint16_t sum;

    ip_header_write(&w, &ip, tcp_len);
    tcp = out + w.pos;
    write_u16(&w, s->sport);
    write_u16(&w, s->dport);
    write_u32(&w, s->seq);
    write_u32(&w, s->ack);
    write_u8(&w, (uint8_t)(tcp_len / 4 << 4));
    write_u8(&w, s->flags);
    write_u16(&w, rst ? 0 : window);
    write_u16(&w, 0);
    write_u16(&w, 0);
    if (syn)
        write_syn_options(&w, s);

    sum = checksum_finish(checksum_add(ip_header_pseudo_sum(&ip, tcp_len), tcp, tcp_len));
    tcp[TCP_CHECKSUM_AT] = (uint8_t)(sum >> 8);
    tcp[TCP_CHECKSUM_AT + 1] = (uint8_t)sum;
    return w.pos;
}
