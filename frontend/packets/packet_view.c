/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/packets/packet_view.h"

#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"

static bool parse(const struct wire_packet *from, struct packet *packet)
{
    memset(packet, 0, sizeof(*packet));
    if (!packet_parse_ip(from->bytes, from->len, packet))
        return false;
    packet->outgoing = from->outgoing;
    packet->time_ns = from->time_ns;
    return true;
}

static const char *tcp_kind(uint8_t flags)
{
    if ((flags & TCP_RST) != 0)
        return "reset";
    switch (flags & (TCP_SYN | TCP_ACK)) {
    case TCP_SYN: return "syn";
    case TCP_SYN | TCP_ACK: return "syn-ack";
    case TCP_ACK: return "ack";
    default: return "tcp";
    }
}

static const char *kind_of(const struct packet *packet)
{
    switch (packet->kind) {
    case PACKET_TCP: return tcp_kind(packet->tcp.flags);
    case PACKET_ICMP_ERROR: return "icmp-error";
    case PACKET_ECHO: return packet->echo.reply ? "echo-reply" : "echo-request";
    case PACKET_NONE: break;
    }
    return "other";
}

static void write_flags(uint8_t flags, char text[static PACKET_VIEW_FLAGS_LEN])
{
    static const struct {
        uint8_t flag;
        const char *name;
    } names[] = {{TCP_SYN, "SYN"}, {TCP_FIN, "FIN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"},
                 {TCP_ACK, "ACK"}, {0x20, "URG"},    {0x40, "ECE"},    {0x80, "CWR"}};
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if ((flags & names[i].flag) != 0)
            n += (size_t)snprintf(text + n, PACKET_VIEW_FLAGS_LEN - n, "%s%s", n > 0 ? "," : "",
                                  names[i].name);
}

/* Is b of the same connection, in the same direction or, if turned, the other? */
static bool is_same_flow(const struct packet *a, const struct packet *b, bool turned)
{
    return a->kind == PACKET_TCP && b->kind == PACKET_TCP &&
           addr_equal(&a->src, turned ? &b->dst : &b->src) &&
           addr_equal(&a->dst, turned ? &b->src : &b->dst) &&
           a->tcp.sport == (turned ? b->tcp.dport : b->tcp.sport) &&
           a->tcp.dport == (turned ? b->tcp.sport : b->tcp.dport);
}

/* Finds the SYN that a sequence number is relative to.  A trace sends several on one flow: the last
 * one before the packet counts, or else the first. */
static bool find_start(const struct probe_details *details, const struct packet *packet,
                       bool turned, uint32_t number, uint32_t *start)
{
    struct packet other;
    bool found = false;

    for (unsigned i = 0; i < details->packet_count; i++) {
        if (!parse(&details->packets[i], &other) || !is_same_flow(packet, &other, turned) ||
            (other.tcp.flags & TCP_SYN) == 0)
            continue;
        if (!found || number - other.tcp.seq <= 1)
            *start = other.tcp.seq;
        found = true;
    }
    return found;
}

bool packet_view_at(const struct probe_details *details, unsigned index, struct packet_view *view)
{
    const struct packet_tcp *tcp = &view->packet.tcp;
    uint32_t start;

    memset(view, 0, sizeof(*view));
    if (!parse(&details->packets[index], &view->packet))
        return false;
    view->kind = kind_of(&view->packet);
    if (view->packet.kind != PACKET_TCP)
        return true;
    write_flags(tcp->flags, view->flags);
    view->has_seq = find_start(details, &view->packet, false, tcp->seq, &start);
    if (view->has_seq)
        view->seq = tcp->seq - start;
    else if (tcp->seq == 0 && (tcp->flags & TCP_RST) != 0)
        view->has_seq = true; /* a RST that answers a SYN has sequence number 0 */
    view->has_ack =
        (tcp->flags & TCP_ACK) != 0 && find_start(details, &view->packet, true, tcp->ack, &start);
    if (view->has_ack)
        view->ack = tcp->ack - start;
    return true;
}

void packet_view_option(const struct packet *packet, unsigned index,
                        char text[static PACKET_VIEW_OPTION_LEN])
{
    uint8_t kind = packet->tcp.options[index];

    switch (kind) {
    case TCP_OPTION_NOP: snprintf(text, PACKET_VIEW_OPTION_LEN, "nop"); break;
    case TCP_OPTION_MSS: snprintf(text, PACKET_VIEW_OPTION_LEN, "mss %u", packet->tcp.mss); break;
    case TCP_OPTION_WINDOW_SCALE:
        snprintf(text, PACKET_VIEW_OPTION_LEN, "window-scale %u", packet->tcp.window_scale);
        break;
    case TCP_OPTION_SACK_PERMITTED: snprintf(text, PACKET_VIEW_OPTION_LEN, "sack-permitted"); break;
    case TCP_OPTION_TIMESTAMPS: snprintf(text, PACKET_VIEW_OPTION_LEN, "timestamps"); break;
    default: snprintf(text, PACKET_VIEW_OPTION_LEN, "kind %u", kind); break;
    }
}
