/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/packet.h"

#include <net/if_arp.h>
#include <string.h>

#include "common/base/cursor.h"

enum {
    SLL2_OUTGOING = 4, /* LINKTYPE_LINUX_SLL2's packet type */
    VLAN_TAGS_MAX = 2,
    EXTENSIONS_MAX = 8,
};

/* The fields of both IP headers. */
struct ip_fields {
    struct addr src, dst;
    uint8_t protocol;
    uint8_t ttl, tos;
    uint16_t id;
    bool dont_fragment;
    uint32_t flow_label;
};

static bool read_ipv4(struct reader *r, struct ip_fields *ip)
{
    uint8_t header_len = (uint8_t)((read_u8(r) & 0x0f) * 4);
    uint16_t fragment;

    ip->tos = read_u8(r);
    read_skip(r, 2);
    ip->id = read_u16(r);
    fragment = read_u16(r);
    ip->dont_fragment = (fragment & IPV4_DONT_FRAGMENT) != 0;
    ip->ttl = read_u8(r);
    ip->protocol = read_u8(r);
    read_skip(r, 2);
    ip->src.family = ip->dst.family = ADDR_IPV4;
    read_bytes(r, ip->src.bytes, 4);
    read_bytes(r, ip->dst.bytes, 4);
    if (r->failed || header_len < IPV4_HEADER_LEN || (fragment & IPV4_OFFSET_MASK) != 0)
        return false; /* a later fragment has no ports */
    read_skip(r, (size_t)header_len - IPV4_HEADER_LEN);
    return !r->failed;
}

/* RFC 8200 section 4: skips extension headers up to the transport header. */
static bool skip_extensions(struct reader *r, struct ip_fields *ip)
{
    for (int i = 0; i < EXTENSIONS_MAX && !r->failed; i++) {
        uint8_t kind = ip->protocol;
        uint8_t next, len;

        if (kind != IP_PROTOCOL_HOP_BY_HOP && kind != IP_PROTOCOL_ROUTING &&
            kind != IP_PROTOCOL_FRAGMENT && kind != IP_PROTOCOL_AUTHENTICATION &&
            kind != IP_PROTOCOL_DESTINATION_OPTIONS)
            return true;
        next = read_u8(r);
        len = read_u8(r);
        if (kind == IP_PROTOCOL_FRAGMENT) {
            if ((read_u16(r) & 0xfff8) != 0)
                return false; /* a later fragment has no ports */
            read_skip(r, 4);
        } else if (kind == IP_PROTOCOL_AUTHENTICATION) {
            read_skip(r, (size_t)len * 4 + 8 - 2); /* RFC 4302 section 2.2 */
        } else {
            read_skip(r, (size_t)len * 8 + 8 - 2);
        }
        ip->protocol = next;
    }
    return false;
}

static bool read_ipv6(struct reader *r, struct ip_fields *ip)
{
    uint32_t first = read_u32(r);

    ip->tos = (uint8_t)(first >> 20);
    ip->flow_label = first & IPV6_FLOW_LABEL_MASK;
    read_skip(r, 2);
    ip->protocol = read_u8(r);
    ip->ttl = read_u8(r);
    ip->src.family = ip->dst.family = ADDR_IPV6;
    read_bytes(r, ip->src.bytes, 16);
    read_bytes(r, ip->dst.bytes, 16);
    return !r->failed && skip_extensions(r, ip);
}

static bool read_ip(struct reader *r, struct ip_fields *ip)
{
    memset(ip, 0, sizeof(*ip));
    if (read_remaining(r) == 0)
        return false;
    switch (r->data[r->pos] >> 4) {
    case 4: return read_ipv4(r, ip);
    case 6: return read_ipv6(r, ip);
    default: return false;
    }
}

static void read_tcp_option(struct reader *r, uint8_t kind, size_t value_len,
                            struct packet_tcp *tcp)
{
    struct reader value = reader_of(r->data + r->pos, value_len);

    read_skip(r, value_len);
    if (kind == TCP_OPTION_TIMESTAMPS && value_len == TCP_OPTION_TIMESTAMPS_LEN - 2) {
        tcp->has_timestamps = true;
        tcp->ts_value = read_u32(&value);
        tcp->ts_echo = read_u32(&value);
    } else if (kind == TCP_OPTION_MSS && value_len == TCP_OPTION_MSS_LEN - 2) {
        tcp->mss = read_u16(&value);
    } else if (kind == TCP_OPTION_WINDOW_SCALE && value_len == TCP_OPTION_WINDOW_SCALE_LEN - 2) {
        tcp->window_scale = read_u8(&value);
    }
}

/* Stops at the first malformed option and keeps the packet: real stacks send such options, and the
 * fixed header before them is intact. */
static void read_tcp_options(struct reader *r, size_t len, struct packet_tcp *tcp)
{
    struct reader options =
        reader_of(r->data + r->pos, len < read_remaining(r) ? len : read_remaining(r));

    while (read_remaining(&options) > 0) {
        uint8_t kind = read_u8(&options);
        uint8_t option_len;

        if (kind == TCP_OPTION_END)
            return;
        if (tcp->option_count < PACKET_OPTIONS_MAX)
            tcp->options[tcp->option_count++] = kind;
        if (kind == TCP_OPTION_NOP)
            continue;
        option_len = read_u8(&options);
        if (option_len < 2 || read_remaining(&options) < (size_t)option_len - 2)
            return;
        read_tcp_option(&options, kind, (size_t)option_len - 2, tcp);
    }
}

static bool read_tcp(struct reader *r, struct packet_tcp *tcp)
{
    uint8_t header_len;

    tcp->sport = read_u16(r);
    tcp->dport = read_u16(r);
    tcp->seq = read_u32(r);
    tcp->ack = read_u32(r);
    header_len = (uint8_t)((read_u8(r) >> 4) * 4);
    tcp->flags = read_u8(r);
    tcp->window = read_u16(r);
    read_skip(r, 4);
    if (r->failed || header_len < TCP_HEADER_LEN)
        return false;
    tcp->has_options = header_len > TCP_HEADER_LEN;
    read_tcp_options(r, (size_t)header_len - TCP_HEADER_LEN, tcp);
    return true;
}

static bool is_icmp_error(bool ipv6, uint8_t type)
{
    return ipv6 ? type >= ICMPV6_UNREACHABLE && type <= ICMPV6_PARAMETER_PROBLEM
                : type == ICMP_UNREACHABLE || type == ICMP_TIME_EXCEEDED ||
                      type == ICMP_PARAMETER_PROBLEM;
}

static bool read_echo(struct reader *r, struct packet_echo *echo)
{
    echo->id = read_u16(r);
    echo->seq = read_u16(r);
    echo->has_cookie = read_remaining(r) >= sizeof(echo->cookie);
    echo->cookie = echo->has_cookie ? read_u64(r) : 0;
    return !r->failed;
}

static bool read_quote(struct reader *r, bool ipv6, struct packet *out)
{
    struct ip_fields inner;

    if (!read_ip(r, &inner) || inner.src.family != out->src.family)
        return false;
    out->quote = (struct packet_quote){
        .src = inner.src,
        .dst = inner.dst,
        .ttl = inner.ttl,
        .tos = inner.tos,
        .ip_id = inner.id,
    };
    if (inner.protocol == IP_PROTOCOL_TCP) {
        out->quote.kind = PACKET_TCP;
        out->quote.sport = read_u16(r);
        out->quote.dport = read_u16(r);
        out->quote.seq = read_u32(r);
        return !r->failed;
    }
    if (inner.protocol != (ipv6 ? IP_PROTOCOL_ICMPV6 : IP_PROTOCOL_ICMP) ||
        read_u8(r) != (ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO_REQUEST))
        return false;
    out->quote.kind = PACKET_ECHO;
    read_skip(r, 3);
    return read_echo(r, &out->quote.echo);
}

static bool read_icmp(struct reader *r, bool ipv6, struct packet *out)
{
    uint8_t reply = ipv6 ? ICMPV6_ECHO_REPLY : ICMP_ECHO_REPLY;
    uint8_t request = ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO_REQUEST;

    out->icmp.type = read_u8(r);
    out->icmp.code = read_u8(r);
    read_skip(r, 2);
    if (!r->failed && (out->icmp.type == reply || out->icmp.type == request)) {
        out->echo.reply = out->icmp.type == reply;
        out->kind = PACKET_ECHO;
        return read_echo(r, &out->echo);
    }
    read_skip(r, 4);
    if (r->failed || !is_icmp_error(ipv6, out->icmp.type) || !read_quote(r, ipv6, out))
        return false;
    out->kind = PACKET_ICMP_ERROR;
    return true;
}

static bool read_transport(struct reader *r, uint8_t protocol, struct packet *out)
{
    bool ipv6 = out->src.family == ADDR_IPV6;
    bool ok = false;

    if (protocol == IP_PROTOCOL_TCP) {
        ok = read_tcp(r, &out->tcp);
        out->kind = ok ? PACKET_TCP : PACKET_NONE;
    } else if (protocol == (ipv6 ? IP_PROTOCOL_ICMPV6 : IP_PROTOCOL_ICMP)) {
        ok = read_icmp(r, ipv6, out);
    }
    if (!ok)
        out->kind = PACKET_NONE;
    return ok;
}

bool packet_parse_ip(const uint8_t *data, size_t len, struct packet *out)
{
    struct reader r = reader_of(data, len);
    struct ip_fields ip;

    out->kind = PACKET_NONE;
    if (len > UINT16_MAX || !read_ip(&r, &ip))
        return false;
    out->src = ip.src;
    out->dst = ip.dst;
    out->ttl = ip.ttl;
    out->tos = ip.tos;
    out->ip_id = ip.id;
    out->dont_fragment = ip.dont_fragment;
    out->flow_label = ip.flow_label;
    out->bytes = data;
    out->len = (uint16_t)len;
    return read_transport(&r, ip.protocol, out);
}

bool packet_parse_frame(const uint8_t *frame, size_t len, struct packet *out)
{
    struct reader r = reader_of(frame, len);
    uint16_t protocol = read_u16(&r);

    memset(out, 0, sizeof(*out));
    read_skip(&r, 6);
    out->loopback = read_u16(&r) == ARPHRD_LOOPBACK;
    out->outgoing = read_u8(&r) == SLL2_OUTGOING;
    read_skip(&r, 9);
    for (int i = 0; i < VLAN_TAGS_MAX; i++) {
        if (protocol != ETHERTYPE_VLAN && protocol != ETHERTYPE_QINQ)
            break;
        read_skip(&r, 2);
        protocol = read_u16(&r);
    }
    if (r.failed || (protocol != ETHERTYPE_IPV4 && protocol != ETHERTYPE_IPV6))
        return false;
    return packet_parse_ip(frame + r.pos, len - r.pos, out);
}

bool packet_may_be_ours(const struct packet *packet)
{
    return packet->outgoing || packet->loopback || addr_equal(&packet->src, &packet->dst);
}
