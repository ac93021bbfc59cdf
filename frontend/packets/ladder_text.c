/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/packets/ladder_text.h"

#include <string.h>

#include "common/base/compiler.h"
#include "frontend/packets/packet_view.h"

static const struct {
    uint8_t family, type, code;
    const char *words;
} icmp_words[] = {
    {ADDR_IPV4, ICMP_UNREACHABLE, ICMP_NET_UNREACHABLE, "network unreachable"},
    {ADDR_IPV4, ICMP_UNREACHABLE, ICMP_HOST_UNREACHABLE, "host unreachable"},
    {ADDR_IPV4, ICMP_UNREACHABLE, ICMP_PROTOCOL_UNREACHABLE, "protocol unreachable"},
    {ADDR_IPV4, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE, "port unreachable"},
    {ADDR_IPV4, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED, "fragmentation needed"},
    {ADDR_IPV4, ICMP_UNREACHABLE, ICMP_NET_PROHIBITED, "network prohibited"},
    {ADDR_IPV4, ICMP_UNREACHABLE, ICMP_HOST_PROHIBITED, "host prohibited"},
    {ADDR_IPV4, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED, "administratively prohibited"},
    {ADDR_IPV4, ICMP_TIME_EXCEEDED, ICMP_TTL_EXPIRED, "TTL exceeded"},
    {ADDR_IPV6, ICMPV6_UNREACHABLE, ICMPV6_NO_ROUTE, "no route"},
    {ADDR_IPV6, ICMPV6_UNREACHABLE, ICMPV6_ADMIN_PROHIBITED, "administratively prohibited"},
    {ADDR_IPV6, ICMPV6_UNREACHABLE, ICMPV6_BEYOND_SCOPE, "beyond scope of source address"},
    {ADDR_IPV6, ICMPV6_UNREACHABLE, ICMPV6_ADDRESS_UNREACHABLE, "address unreachable"},
    {ADDR_IPV6, ICMPV6_UNREACHABLE, ICMPV6_PORT_UNREACHABLE, "port unreachable"},
    {ADDR_IPV6, ICMPV6_UNREACHABLE, ICMPV6_SOURCE_POLICY, "source address failed policy"},
    {ADDR_IPV6, ICMPV6_UNREACHABLE, ICMPV6_REJECT_ROUTE, "reject route"},
    {ADDR_IPV6, ICMPV6_PACKET_TOO_BIG, 0, "packet too big"},
    {ADDR_IPV6, ICMPV6_TIME_EXCEEDED, ICMP_TTL_EXPIRED, "hop limit exceeded"},
};

static void append_icmp_words(struct strbuf *buf, const struct packet *packet)
{
    const char *words = "error";

    for (size_t i = 0; i < ARRAY_LEN(icmp_words); i++)
        if (icmp_words[i].family == packet->src.family && icmp_words[i].type == packet->icmp.type &&
            icmp_words[i].code == packet->icmp.code)
            words = icmp_words[i].words;
    strbuf_printf(buf, "ICMP %s (type %u, code %u)", words, packet->icmp.type, packet->icmp.code);
}

static void append_tcp(struct strbuf *buf, const struct packet_view *view)
{
    const struct packet *packet = &view->packet;

    strbuf_append(buf, view->flags[0] != '\0' ? view->flags : "no flags");
    if (view->has_seq)
        strbuf_printf(buf, " seq %u", view->seq);
    if (view->has_ack)
        strbuf_printf(buf, " ack %u", view->ack);
    strbuf_printf(buf, " win %u ttl %u port %u", packet->tcp.window, packet->ttl,
                  packet->outgoing ? packet->tcp.sport : packet->tcp.dport);
}

static void append_error(struct strbuf *buf, const struct packet *packet)
{
    const struct packet_quote *quote = &packet->quote;

    append_icmp_words(buf, packet);
    strbuf_printf(buf, " ttl %u, quotes ", packet->ttl);
    if (quote->kind == PACKET_TCP)
        strbuf_printf(buf, "our packet from port %u", quote->sport);
    else
        strbuf_append(buf, "our echo request");
    strbuf_printf(buf, " with ttl %u", quote->ttl);
}

static void append_packet(struct strbuf *buf, const struct packet_view *view,
                          const struct addr *target)
{
    const struct packet *packet = &view->packet;
    const struct addr *other = packet->outgoing ? &packet->dst : &packet->src;
    char address[ADDR_TEXT_LEN];

    switch (packet->kind) {
    case PACKET_TCP: append_tcp(buf, view); break;
    case PACKET_ICMP_ERROR: append_error(buf, packet); break;
    case PACKET_ECHO:
        strbuf_printf(buf, "ICMP echo %s ttl %u", packet->echo.reply ? "reply" : "request",
                      packet->ttl);
        break;
    case PACKET_NONE: strbuf_append(buf, "something else"); break;
    }
    if (!addr_equal(other, target)) {
        addr_format_shown(other, address);
        strbuf_printf(buf, ", %s %s", packet->outgoing ? "to" : "from", address);
    }
}

/* The time of the first SYN or, without one, of the first packet. */
static uint64_t find_start(const struct probe_details *details)
{
    struct packet_view view;

    for (unsigned i = 0; i < details->packet_count; i++)
        if (packet_view_at(details, i, &view) && view.packet.outgoing &&
            strcmp(view.kind, "syn") == 0)
            return view.packet.time_ns;
    return details->packet_count > 0 ? details->packets[0].time_ns : 0;
}

/* Hop 0 is this machine. */
static void append_hop(struct strbuf *buf, const struct probe_details *details, int hop)
{
    char address[ADDR_TEXT_LEN];

    strbuf_printf(buf, "hop %d", hop);
    if (hop == 0)
        strbuf_append(buf, " (the checker itself)");
    if (hop < 1 || hop > details->hop_count || details->hops[hop - 1].addr.family == ADDR_NONE)
        return;
    addr_format_shown(&details->hops[hop - 1].addr, address);
    strbuf_printf(buf, " (%s)", address);
}

/* We can't tell which of the two devices drops it, or whether the answer is lost. */
static void append_end(struct strbuf *buf, const struct verdict *verdict,
                       const struct probe_details *details)
{
    if (verdict->last_hop == VERDICT_UNKNOWN_HOP)
        return;
    strbuf_append(buf, verdict->silent_from != VERDICT_UNKNOWN_HOP
                           ? "  The SYN dies behind "
                           : "  The last to forward the SYN is ");
    append_hop(buf, details, verdict->last_hop);
    if (verdict->silent_from != VERDICT_UNKNOWN_HOP)
        strbuf_printf(buf, ": hop %d and all farther ones are silent", verdict->silent_from);
    strbuf_append(buf, ".\n");
}

void ladder_text_append(struct strbuf *buf, const struct result_target *target, unsigned port_index,
                        bool utf8)
{
    const struct probe_details *details = &target->trails[port_index];
    const char *sent = utf8 ? "──▶" : "-->", *received = utf8 ? "◀──" : "<--";
    uint64_t start_ns = find_start(details);
    struct packet_view view;

    for (unsigned i = 0; i < details->packet_count; i++) {
        if (!packet_view_at(details, i, &view))
            continue;
        strbuf_printf(buf, "  %9.3fms  %s  ",
                      (double)(int64_t)(view.packet.time_ns - start_ns) / 1e6,
                      view.packet.outgoing ? sent : received);
        append_packet(buf, &view, &target->addr);
        strbuf_append(buf, "\n");
    }
    append_end(buf, &target->verdicts[port_index], details);
}
