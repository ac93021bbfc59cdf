/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/record.h"

#include <stddef.h>

enum {
    ICMP_UNREACHABLE = 3,
    ICMP_TTL_EXCEEDED = 11,
    ICMP_FRAGMENTATION_NEEDED = 4, /* code of type 3 */
    ICMPV6_UNREACHABLE = 1,
    ICMPV6_TTL_EXCEEDED = 3,
};

static int find_flow(const struct record *record, uint16_t sport)
{
    for (int i = 0; i < SCHEDULE_FLOWS; i++)
        if (record->flows[i].sport == sport)
            return i;
    return -1;
}

/* On its way out; or, to an address of this machine, arriving on loopback, where
 * libpcap shows each packet only once. */
static bool is_ours(const struct record *record, const struct packet *packet)
{
    return (packet->outgoing || addr_equal(&packet->src, &packet->dst)) &&
           packet->tcp.dport == record->dport && addr_equal(&packet->dst, &record->dst);
}

static enum record_event see_ours(struct record *record, const struct packet *packet)
{
    int flow = find_flow(record, packet->tcp.sport);

    if (flow < 0)
        return RECORD_IGNORED;
    if ((packet->tcp.flags & TCP_RST) != 0) {
        if (packet->tcp.seq == record->flows[flow].seq + 1)
            record->torn_down |= (uint8_t)(1U << flow);
        return RECORD_LEFT;
    }
    if ((packet->tcp.flags & TCP_SYN) == 0)
        return RECORD_IGNORED;
    for (unsigned i = 0; i < record->try_count; i++) {
        struct record_try *try = &record->tries[i];
        if (try->flow != flow || try->ts_value != packet->tcp.ts_value)
            continue;
        if (try->left_ns == 0) /* bridges and loopback show a packet twice */
            try->left_ns = packet->time_ns;
        return RECORD_LEFT;
    }
    return RECORD_IGNORED;
}

/* The SYN that an answer on this flow is for: by what it echoes if it can, else
 * the last one that had left by then. */
static void attribute(const struct record *record, int flow, const struct packet *packet,
                      struct record_answer *answer)
{
    unsigned candidates = 0;

    answer->try = RECORD_NO_TRY;
    for (unsigned i = 0; i < record->try_count; i++) {
        const struct record_try *try = &record->tries[i];
        if (try->flow != flow)
            continue;
        if ((packet->kind == PACKET_TCP && packet->tcp.has_timestamps &&
             packet->tcp.ts_echo == try->ts_value) ||
            (packet->kind == PACKET_ICMP_ERROR && packet->src.family == ADDR_IPV4 &&
             packet->quote.ip_id == try->ip_id)) {
            answer->try = (uint8_t)i;
            return;
        }
        if (try->left_ns != 0 && try->left_ns <= packet->time_ns) {
            answer->try = (uint8_t)i;
            candidates++;
        }
    }
    answer->try_is_guess = candidates > 1;
}

/* Has this machine let any SYN of the flow go? */
static bool flow_is_in_use(const struct record *record, int flow)
{
    for (unsigned i = 0; i < record->try_count; i++)
        if (record->tries[i].flow == flow && !record->tries[i].refused)
            return true;
    return false;
}

static bool is_same_answer(const struct record_answer *a, const struct record_answer *b)
{
    return a->kind == b->kind && a->ttl == b->ttl && a->tos == b->tos &&
           a->window_zero == b->window_zero && a->no_options == b->no_options &&
           a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code &&
           addr_equal(&a->from, &b->from);
}

static enum record_event add_answer(struct record *record, int flow, const struct packet *packet,
                                    struct record_answer answer)
{
    answer.time_ns = packet->time_ns;
    answer.from = packet->src;
    answer.ttl = packet->ttl;
    answer.tos = packet->tos;
    answer.flow_label_set = packet->flow_label != 0;
    answer.late = record->out_of_time;
    attribute(record, flow, packet, &answer);

    for (unsigned i = 0; i < record->answer_count; i++)
        if (is_same_answer(&record->answers[i], &answer))
            return RECORD_ANSWERED;
    if (record->answer_count < RECORD_ANSWERS_MAX) {
        record->answers[record->answer_count++] = answer;
    } else if (answer.kind > record_best(record)->kind) {
        record->answers[RECORD_ANSWERS_MAX - 1] = answer;
    }
    return RECORD_ANSWERED;
}

static enum record_event see_tcp(struct record *record, const struct packet *packet)
{
    const struct packet_tcp *tcp = &packet->tcp;
    struct record_answer answer = {
        .window_zero = tcp->window == 0,
        .no_options = !tcp->has_options,
    };
    int flow = find_flow(record, tcp->dport);
    uint8_t kind_flags = tcp->flags & (TCP_SYN | TCP_RST | TCP_ACK | TCP_FIN);

    if (packet->outgoing || flow < 0 || !flow_is_in_use(record, flow) ||
        tcp->sport != record->dport || !addr_equal(&packet->src, &record->dst))
        return RECORD_IGNORED;
    if ((kind_flags & ~TCP_FIN) == TCP_ACK) {
        record->stale = true;
        return RECORD_STALE;
    }
    if (kind_flags == (TCP_SYN | TCP_ACK))
        answer.kind = ANSWER_SYN_ACK;
    else if (kind_flags == (TCP_RST | TCP_ACK))
        answer.kind = ANSWER_RESET;
    if (answer.kind == 0 || tcp->ack != record->flows[flow].seq + 1) {
        record->bad_ack = record->bad_ack || (tcp->flags & (TCP_SYN | TCP_RST)) != 0;
        return RECORD_IGNORED;
    }
    if (answer.kind == ANSWER_SYN_ACK)
        record->half_open |= (uint8_t)(1U << flow);
    return add_answer(record, flow, packet, answer);
}

static enum answer_kind icmp_kind(const struct packet *packet)
{
    if (packet->src.family == ADDR_IPV4) {
        if (packet->icmp.type == ICMP_UNREACHABLE && packet->icmp.code != ICMP_FRAGMENTATION_NEEDED)
            return ANSWER_UNREACHABLE;
        return packet->icmp.type == ICMP_TTL_EXCEEDED && packet->icmp.code == 0
                   ? ANSWER_TTL_EXCEEDED
                   : 0;
    }
    if (packet->icmp.type == ICMPV6_UNREACHABLE)
        return ANSWER_UNREACHABLE;
    return packet->icmp.type == ICMPV6_TTL_EXCEEDED && packet->icmp.code == 0 ? ANSWER_TTL_EXCEEDED
                                                                              : 0;
}

static enum record_event see_icmp(struct record *record, const struct packet *packet)
{
    const struct packet_quote *quote = &packet->quote;
    struct record_answer answer = {
        .kind = (uint8_t)icmp_kind(packet),
        .icmp_type = packet->icmp.type,
        .icmp_code = packet->icmp.code,
        .quoted_ttl = quote->ttl,
    };
    int flow = find_flow(record, quote->sport);

    if (answer.kind == 0 || flow < 0 || !flow_is_in_use(record, flow) ||
        quote->dport != record->dport || quote->seq != record->flows[flow].seq ||
        !addr_equal(&quote->dst, &record->dst))
        return RECORD_IGNORED;
    return add_answer(record, flow, packet, answer);
}

enum record_event record_see(struct record *record, const struct packet *packet)
{
    switch (packet->kind) {
    case PACKET_TCP:
        return is_ours(record, packet) ? see_ours(record, packet) : see_tcp(record, packet);
    /* one that our own machine sends itself, because nobody on the link answered
     * ARP, leaves and arrives on loopback: arriving counts */
    case PACKET_ICMP_ERROR: return packet->outgoing ? RECORD_IGNORED : see_icmp(record, packet);
    case PACKET_ECHO:
    case PACKET_NONE: break;
    }
    return RECORD_IGNORED;
}

const struct record_answer *record_best(const struct record *record)
{
    const struct record_answer *best = NULL;

    for (unsigned i = 0; i < record->answer_count; i++)
        if (best == NULL || record->answers[i].kind > best->kind)
            best = &record->answers[i];
    return best;
}

uint8_t record_sent(const struct record *record)
{
    uint8_t sent = 0;
    bool answered = false;

    for (unsigned i = 0; i < record->try_count; i++)
        sent = (uint8_t)(sent + (record->tries[i].left_ns != 0));
    for (unsigned i = 0; i < record->answer_count; i++) /* our own machine's word is none */
        answered = answered || addr_equal(&record->dst, &record->src) ||
                   !addr_equal(&record->answers[i].from, &record->src);
    return sent == 0 && answered ? 1 : sent;
}
