/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/ladder_svg.h"

#include <stdio.h>
#include <string.h>

#include "common/contract/syn_schedule.h"
#include "frontend/packets/packet_view.h"
#include "frontend/page/strip.h"

/* In units of the drawing: where the lines stand, and how far apart packets are. */
enum {
    WIDTH = 500,
    LEFT = 90,     /* this checker */
    MIDDLE = 260,  /* whoever stands between */
    RIGHT = 430,   /* the target */
    LOST_AT = 340, /* how far a packet is drawn that nobody answered */
    TOP = 66,
    ROW = 30,
    SLOPE = 8, /* an arrow falls by this much on its way */
    HEAD = 7,
    WORDS_LEN = 128,
};

/* What is drawn. */
struct ladder_row {
    struct packet_view view;
    uint64_t after_ns; /* the first packet */
    bool answered;     /* of ours: some packet came back for it */
};

struct ladder {
    enum language language;
    const struct result_target *target;
    const struct verdict *verdict;
    struct addr between; /* who answered but is not the target, or ADDR_NONE */
    struct addr last;    /* the last hop that passes our SYNs on, likewise */
    int last_hop;
    unsigned count, left_out;
    struct ladder_row rows[LADDER_ROWS_MAX];
};

/* --- what to draw -------------------------------------------------------------------- */

static bool is_of_the_trace(const struct packet *packet)
{
    if (packet->outgoing)
        return packet->ttl < SYN_SCHEDULE_TTL;
    return packet->kind == PACKET_ICMP_ERROR &&
           packet->icmp.type ==
               (packet->src.family == ADDR_IPV4 ? ICMP_TIME_EXCEEDED : ICMPV6_TIME_EXCEEDED);
}

static bool is_lone_ack(const struct packet *packet)
{
    return packet->kind == PACKET_TCP && packet->tcp.flags == TCP_ACK;
}

/* RFC 9293 section 3.5.2, group 1: a RST takes its sequence number from the ACK. */
static bool is_reset_of(const struct packet *ack, const struct packet *other)
{
    return (other->tcp.flags & TCP_RST) != 0 && other->tcp.seq == ack->tcp.ack;
}

/* Our RST, for one, gets no answer anywhere. */
static bool wants_answer(const struct packet *packet)
{
    return packet->kind == PACKET_ECHO || is_lone_ack(packet) ||
           (packet->kind == PACKET_TCP && (packet->tcp.flags & TCP_SYN) != 0);
}

static bool is_reply(const struct packet *ours, const struct packet *other)
{
    if (other->outgoing)
        return false;
    switch (other->kind) {
    case PACKET_TCP:
        return ours->kind == PACKET_TCP && other->tcp.dport == ours->tcp.sport &&
               (is_lone_ack(ours) ? is_reset_of(ours, other) : other->tcp.ack == ours->tcp.seq + 1);
    case PACKET_ECHO: return ours->kind == PACKET_ECHO && other->echo.seq == ours->echo.seq;
    case PACKET_ICMP_ERROR:
        return ours->kind == PACKET_TCP && other->quote.kind == PACKET_TCP &&
               other->quote.sport == ours->tcp.sport && other->quote.seq == ours->tcp.seq;
    case PACKET_NONE: break;
    }
    return false;
}

static void mark_answered(struct ladder *ladder)
{
    for (unsigned i = 0; i < ladder->count; i++)
        for (unsigned j = i + 1; j < ladder->count && !ladder->rows[i].answered; j++)
            ladder->rows[i].answered =
                is_reply(&ladder->rows[i].view.packet, &ladder->rows[j].view.packet);
}

static void gather(struct ladder *ladder, const struct probe_details *details)
{
    uint64_t start_ns = 0;

    for (unsigned i = 0; i < details->packet_count; i++) {
        struct packet_view view;
        struct ladder_row *row = &ladder->rows[ladder->count];
        if (!packet_view_at(details, i, &view) || is_of_the_trace(&view.packet))
            continue;
        if (ladder->count == LADDER_ROWS_MAX) {
            ladder->left_out++;
            continue;
        }
        if (ladder->count == 0)
            start_ns = view.packet.time_ns;
        row->view = view;
        row->after_ns = view.packet.time_ns > start_ns ? view.packet.time_ns - start_ns : 0;
        if (!view.packet.outgoing && !addr_equal(&view.packet.src, &ladder->target->addr))
            ladder->between = view.packet.src;
        ladder->count++;
    }
    mark_answered(ladder);
}

/* --- in words ------------------------------------------------------------------------ */

static void describe(const struct ladder *ladder, const struct packet_view *view,
                     char words[static WORDS_LEN])
{
    const struct packet *packet = &view->packet;
    char from[ADDR_TEXT_LEN];

    tr_addr(ladder->language, &packet->src, from);
    switch (packet->kind) {
    case PACKET_TCP:
        snprintf(words, WORDS_LEN, "%s%s%s", view->flags[0] != '\0' ? view->flags : "TCP",
                 packet->outgoing ? "" : " ",
                 packet->outgoing ? "" : tr(ladder->language, "comes back"));
        break;
    case PACKET_ICMP_ERROR:
        snprintf(words, WORDS_LEN, "ICMP %u/%u %s %s", packet->icmp.type, packet->icmp.code,
                 tr(ladder->language, "from"), from);
        break;
    case PACKET_ECHO:
        snprintf(words, WORDS_LEN, "%s",
                 tr(ladder->language, packet->echo.reply ? "echo reply" : "echo request"));
        break;
    case PACKET_NONE: words[0] = '\0'; break;
    }
}

static void put_list(struct strbuf *buf, const struct ladder *ladder)
{
    char words[WORDS_LEN];
    char after[TIME_TEXT_LEN];

    strbuf_printf(buf, "<details><summary>%s</summary><ol class=\"packets\">\n",
                  tr(ladder->language, "The packets as text"));
    for (unsigned i = 0; i < ladder->count; i++) {
        const struct ladder_row *row = &ladder->rows[i];
        const struct packet *packet = &row->view.packet;
        describe(ladder, &row->view, words);
        tr_time(ladder->language, row->after_ns, after);
        strbuf_printf(buf, "<li>%s: %s, TTL %u", after, words, packet->ttl);
        if (packet->outgoing && !row->answered && wants_answer(packet))
            strbuf_printf(buf, ", %s", tr(ladder->language, "without an answer"));
        strbuf_append(buf, "</li>\n");
    }
    if (ladder->left_out > 0) {
        strbuf_append(buf, "<li>");
        strbuf_append_counted(buf, tr(ladder->language, "and # more"), ladder->left_out);
        strbuf_append(buf, "</li>\n");
    }
    strbuf_append(buf, "</ol></details>\n");
}

/* --- as a drawing -------------------------------------------------------------------- */

/* Names stand at different heights: an IPv6 address is nearly as wide as the drawing. */
/* A life line and its name. */
struct life {
    int x, name_x, name_y;
    const char *anchor;
};

static void put_life(struct strbuf *buf, const struct life *life, const char *name, int bottom)
{
    strbuf_printf(buf, "<line class=\"life\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", life->x,
                  TOP - 14, life->x, bottom);
    strbuf_printf(buf, "<text class=\"who\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
                  life->name_x, life->name_y, life->anchor, name);
}

static void put_arrow(struct strbuf *buf, const char *class, int from, int to, int y)
{
    int way = to > from ? -HEAD : HEAD;

    strbuf_printf(buf, "<path class=\"%s\" d=\"M%d %dL%d %dm%d %dl%d %dl%d %d\"/>", class, from, y,
                  to, y + SLOPE, way, -HEAD / 2 - 1, -way, HEAD / 2 + 1, way, HEAD / 2 + 1);
}

/* Where a SYN that nobody answers was last seen: as far along as the trace says. */
static int place_of_death(const struct ladder *ladder)
{
    const struct verdict *verdict = ladder->verdict;
    int hops = verdict->hops > verdict->silent_from ? verdict->hops : verdict->silent_from + 1;

    if (verdict->silent_from < 1)
        return LOST_AT;
    return LEFT + 60 + (RIGHT - LEFT - 100) * verdict->silent_from / (hops + 1);
}

/* The trace is one of SYNs: where an ACK or an echo is lost, or its answer, it does not say. */
static void put_lost(struct strbuf *buf, const struct ladder *ladder, const struct packet *packet,
                     int y)
{
    bool is_syn = packet->kind == PACKET_TCP && (packet->tcp.flags & TCP_SYN) != 0;
    int end = is_syn ? place_of_death(ladder) : LOST_AT;

    put_arrow(buf, "lost", LEFT, end, y);
    if (is_syn)
        strbuf_printf(buf, "<path class=\"cross\" d=\"M%d %dl12 12m0 -12l-12 12\"/>", end + 4,
                      y + SLOPE - 6);
    else
        strbuf_printf(buf, "<text class=\"where\" x=\"%d\" y=\"%d\">?</text>", end + 6,
                      y + SLOPE + 5);
}

static void put_row(struct strbuf *buf, const struct ladder *ladder, const struct ladder_row *row,
                    int y)
{
    const struct packet *packet = &row->view.packet;
    bool from_between = !packet->outgoing && !addr_equal(&packet->src, &ladder->target->addr);
    char words[WORDS_LEN];
    char after[TIME_TEXT_LEN];

    describe(ladder, &row->view, words);
    tr_time(ladder->language, row->after_ns, after);
    strbuf_printf(buf, "<text class=\"time\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                  LEFT - 12, y + 4, after);
    if (!packet->outgoing) {
        put_arrow(buf, "back", from_between ? MIDDLE : RIGHT, LEFT, y);
        strbuf_printf(buf, "<text class=\"back\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT + 14, y - 1,
                      words);
        return;
    }
    if (row->answered || !wants_answer(packet))
        put_arrow(buf, "out", LEFT, RIGHT, y);
    else
        put_lost(buf, ladder, packet, y);
    strbuf_printf(buf, "<text class=\"out\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT + 14, y - 5,
                  words);
}

static void put_title(struct strbuf *buf, const struct ladder *ladder)
{
    unsigned out = 0, back = 0;
    char target[ADDR_TEXT_LEN];

    for (unsigned i = 0; i < ladder->count; i++)
        *(ladder->rows[i].view.packet.outgoing ? &out : &back) += 1;
    addr_format(&ladder->target->addr, target);
    strbuf_printf(buf, "<title>%s, port %u: ", target, ladder->verdict->port);
    strbuf_append_counted(buf, tr(ladder->language, "packets sent: #"), out);
    strbuf_append(buf, ", ");
    strbuf_append_counted(buf, tr(ladder->language, "received: #"), back);
    strbuf_printf(buf, "; %s</title>\n", verdict_reason_name(ladder->verdict->reason));
}

static void put_drawing(struct strbuf *buf, const struct ladder *ladder)
{
    int bottom = TOP + ROW * (int)ladder->count;
    char name[ADDR_TEXT_LEN], words[WORDS_LEN];

    strbuf_printf(buf, "<svg class=\"ladder\" role=\"img\" viewBox=\"0 0 %d %d\">", WIDTH,
                  bottom + 12);
    put_title(buf, ladder);
    put_life(buf, &(struct life){LEFT, LEFT, TOP - 22, "middle"},
             tr(ladder->language, "this checker"), bottom);
    if (ladder->between.family != ADDR_NONE) {
        tr_addr(ladder->language, &ladder->between, name);
        put_life(buf, &(struct life){MIDDLE, MIDDLE, TOP - 36, "middle"}, name, bottom);
    } else if (ladder->last.family != ADDR_NONE) {
        tr_addr(ladder->language, &ladder->last, name);
        snprintf(words, sizeof(words), "%s, %s %d", name, tr(ladder->language, "hop"),
                 ladder->last_hop);
        put_life(buf,
                 &(struct life){place_of_death(ladder) - 8, place_of_death(ladder) - 8, TOP - 36,
                                "middle"},
                 words, bottom);
    }
    addr_format(&ladder->target->addr, name);
    put_life(buf, &(struct life){RIGHT, WIDTH - 4, TOP - 52, "end"}, name, bottom);
    for (unsigned i = 0; i < ladder->count; i++)
        put_row(buf, ladder, &ladder->rows[i], TOP + ROW * (int)i);
    strbuf_append(buf, "</svg>\n");
}

/* Silence has a place: behind the last hop that still passes our SYNs on. */
static void find_last_hop(struct ladder *ladder, unsigned port_index)
{
    if (ladder->verdict->reason == REASON_NO_RESPONSE)
        ladder->last_hop = strip_place(ladder->target, port_index, &ladder->last);
}

void ladder_svg_append(struct strbuf *buf, enum language language,
                       const struct result_target *target, unsigned port_index)
{
    struct ladder ladder = {
        .language = language, .target = target, .verdict = &target->verdicts[port_index]};

    gather(&ladder, &target->trails[port_index]);
    if (ladder.count == 0)
        return;
    find_last_hop(&ladder, port_index);
    strbuf_printf(buf, "<details class=\"every\"><summary>%s</summary>\n",
                  tr(language, "Every packet"));
    put_drawing(buf, &ladder);
    put_list(buf, &ladder);
    strbuf_append(buf, "</details>\n");
}
