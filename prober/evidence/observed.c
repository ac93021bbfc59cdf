/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/observed.h"

#include <stddef.h>
#include <string.h>

#include "common/base/clock.h"

enum { NO_FLOW = -1 };

enum {
    ICMP_UNREACHABLE = 3,
    ICMP_TTL_EXCEEDED = 11,
    ICMP_FRAGMENTATION_NEEDED = 4, /* code of type 3 */
    ICMPV6_UNREACHABLE = 1,
    ICMPV6_TTL_EXCEEDED = 3,
};

uint8_t record_flow(unsigned n)
{
    return schedule_steps[n].flow;
}

uint32_t record_ts_value(const struct record *record, unsigned n)
{
    return record->ts_value + schedule_steps[n].at_ms;
}

uint16_t record_ip_id(const struct record *record, unsigned n)
{
    return (uint16_t)(record->ip_id + 2 * n);
}

/* left[n] counts from 1 at first_left_ns, in ns: a probe is over before 4.2 s are.  If the clock
 * was set meanwhile, the earlier ones are moved, to where the schedule has them. */
uint64_t record_left_ns(const struct record *record, unsigned n)
{
    return record->left[n] == 0 ? 0 : record->first_left_ns + record->left[n] - 1;
}

static uint64_t scheduled_ns(unsigned n)
{
    return schedule_steps[n].at_ms * NS_PER_MS;
}

void record_set_left(struct record *record, unsigned n, uint64_t time_ns)
{
    unsigned first = 0;

    while (first < SCHEDULE_STEPS && record->left[first] == 0)
        first++;
    if (first == SCHEDULE_STEPS)
        record->first_left_ns = time_ns;
    else if (time_ns < record->first_left_ns || time_ns - record->first_left_ns >= UINT32_MAX)
        record->first_left_ns = time_ns - scheduled_ns(n) + scheduled_ns(first);
    record->left[n] = (uint32_t)(time_ns - record->first_left_ns) + 1;
}

static int find_flow(const struct record *record, uint16_t sport)
{
    for (int i = 0; i < RECORD_FLOWS; i++)
        if (record->sports[i] == sport ||
            (record->has_nat && sport != 0 && record->room->nat_sports[i] == sport))
            return i;
    return -1;
}

static bool is_us(const struct record *record, const struct addr *addr)
{
    return addr_equal(addr, &record->src) ||
           (record->has_nat && addr_equal(addr, &record->room->nat_src));
}

bool record_is_ours(const struct record *record, const struct packet *packet)
{
    return packet->kind == PACKET_TCP && packet_may_be_ours(packet) &&
           packet->tcp.dport == record->dport && addr_equal(&packet->dst, &record->dst);
}

/* An answer to nothing that left: our own firewall rejects in the target's name, over loopback
 * (nft reject with tcp reset).  That the kernel refused the SYN we may hear only afterwards. */
static bool is_forged_here(const struct record *record, const struct packet *packet)
{
    if (!packet->loopback || addr_equal(&record->src, &record->dst))
        return false;
    for (unsigned n = 0; n < record->try_count; n++)
        if (record->left[n] != 0)
            return false;
    return true;
}

bool record_is_theirs(const struct record *record, const struct packet *packet, int *flow)
{
    *flow = -1;
    if (packet->kind != PACKET_TCP || packet->outgoing || packet->tcp.sport != record->dport ||
        !addr_equal(&packet->src, &record->dst) || !is_us(record, &packet->dst) ||
        is_forged_here(record, packet))
        return false;
    *flow = find_flow(record, packet->tcp.dport);
    return *flow >= 0;
}

bool record_is_quoted(const struct record *record, const struct packet *packet, int *flow)
{
    *flow = -1;
    /* one that our own machine sends itself, because nobody on the link answered
     * ARP, leaves and arrives on loopback: arriving counts */
    if (packet->kind != PACKET_ICMP_ERROR || packet->outgoing || packet->quote.kind != PACKET_TCP ||
        packet->quote.dport != record->dport || !addr_equal(&packet->quote.dst, &record->dst))
        return false;
    *flow = find_flow(record, packet->quote.sport);
    return *flow >= 0;
}

bool record_concerns(const struct record *record, const struct packet *packet)
{
    int flow;

    if (!record_is_ours(record, packet))
        return record_is_theirs(record, packet, &flow) || record_is_quoted(record, packet, &flow);
    for (int i = 0; i < RECORD_FLOWS; i++) /* before its NAT is known, too */
        if (packet->tcp.seq == record->seqs[i])
            return true;
    return find_flow(record, packet->tcp.sport) >= 0;
}

/* Where to note what our own NAT does. */
static struct record_room *nat_room(struct record *record)
{
    if (!record->has_nat) {
        record->room->nat_src = (struct addr){0};
        memset(record->room->nat_sports, 0, sizeof(record->room->nat_sports));
    }
    record->has_nat = true;
    return record->room;
}

/* The flow of a SYN that left with another source than we gave it. */
static int learn_nat(struct record *record, const struct packet *packet)
{
    for (int i = 0; i < RECORD_FLOWS; i++) {
        if (packet->tcp.seq != record->seqs[i])
            continue;
        for (unsigned n = 0; n < record->try_count; n++) {
            if (record_flow(n) != i || record_ts_value(record, n) != packet->tcp.ts_value)
                continue;
            nat_room(record)->nat_sports[i] = packet->tcp.sport;
            return i;
        }
    }
    return -1;
}

static enum record_event see_ours(struct record *record, const struct packet *packet)
{
    int flow = find_flow(record, packet->tcp.sport);

    if (flow < 0 && (packet->tcp.flags & TCP_SYN) != 0)
        flow = learn_nat(record, packet);
    if (flow < 0)
        return RECORD_IGNORED;
    if (!addr_equal(&packet->src, &record->src))
        nat_room(record)->nat_src = packet->src;
    if ((packet->tcp.flags & TCP_RST) != 0) {
        if (packet->tcp.seq == record->seqs[flow] + 1)
            record->torn_down |= (uint8_t)(1U << flow);
        return RECORD_LEFT;
    }
    if ((packet->tcp.flags & TCP_SYN) == 0)
        return RECORD_IGNORED;
    for (unsigned n = 0; n < record->try_count; n++) {
        if (record_flow(n) != flow || record_ts_value(record, n) != packet->tcp.ts_value)
            continue;
        if (record->left[n] == 0) /* bridges and loopback show a packet twice */
            record_set_left(record, n, packet->time_ns);
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
    for (unsigned n = 0; n < record->try_count; n++) {
        if (record_flow(n) != flow)
            continue;
        if ((packet->kind == PACKET_TCP && packet->tcp.has_timestamps &&
             packet->tcp.ts_echo == record_ts_value(record, n)) ||
            (packet->kind == PACKET_ICMP_ERROR && packet->src.family == ADDR_IPV4 &&
             packet->quote.ip_id == record_ip_id(record, n))) {
            answer->try = (uint8_t)n;
            return;
        }
        if (record->left[n] != 0 && record_left_ns(record, n) <= packet->time_ns) {
            answer->try = (uint8_t)n;
            candidates++;
        }
    }
    answer->try_is_guess = candidates > 1;
}

/* Has this machine let any SYN of the flow go? */
static bool flow_is_in_use(const struct record *record, int flow)
{
    for (unsigned n = 0; n < record->try_count; n++)
        if (record_flow(n) == flow && (record->refused >> n & 1) == 0)
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
    answer.dont_fragment = packet->dont_fragment;
    answer.ip_id_zero = packet->ip_id == 0;
    answer.late = record->out_of_time;
    attribute(record, flow, packet, &answer);

    for (unsigned i = 0; i < record->answer_count; i++)
        if (is_same_answer(&record->room->answers[i], &answer))
            return RECORD_ANSWERED;
    if (record->answer_count < RECORD_ANSWERS_MAX) {
        record->room->answers[record->answer_count++] = answer;
    } else if (answer.kind > record_best(record)->kind) {
        record->room->answers[RECORD_ANSWERS_MAX - 1] = answer;
    }
    return RECORD_ANSWERED;
}

enum answer_kind record_tcp_kind(const struct packet *packet)
{
    switch (packet->tcp.flags & (TCP_SYN | TCP_RST | TCP_ACK | TCP_FIN)) {
    case TCP_SYN | TCP_ACK: return ANSWER_SYN_ACK;
    case TCP_RST | TCP_ACK: return ANSWER_RESET;
    default: return 0;
    }
}

/* RFC 9293 section 3.10.7.1: a RST for an ACK that belongs to nothing takes its
 * sequence number from it. */
static enum record_event see_ack_flow(struct record *record, const struct packet *packet)
{
    if (!record->ack_asked || (packet->tcp.flags & TCP_RST) == 0 || packet->tcp.seq != record->ack)
        return RECORD_IGNORED;
    record->ack_answered = true;
    record->ack_ttl = packet->ttl;
    return RECORD_ALIVE;
}

static struct record_answer tcp_answer(const struct packet *packet)
{
    return (struct record_answer){
        .kind = (uint8_t)record_tcp_kind(packet),
        .window = packet->tcp.window,
        .window_zero = packet->tcp.window == 0,
        .no_options = !packet->tcp.has_options,
    };
}

/* An ACK in the connection that a SYN of this flow has opened already. */
static bool is_of_our_connection(const struct record *record, const struct packet_tcp *tcp,
                                 int flow)
{
    return (record->half_open >> flow & 1) != 0 && tcp->ack == record->seqs[flow] + 1;
}

static enum record_event see_tcp(struct record *record, const struct packet *packet, int flow)
{
    const struct packet_tcp *tcp = &packet->tcp;
    struct record_answer answer = tcp_answer(packet);

    if (flow == RECORD_ACK_FLOW)
        return see_ack_flow(record, packet);
    if (!flow_is_in_use(record, flow))
        return RECORD_IGNORED;
    if ((tcp->flags & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_ACK) {
        if (is_of_our_connection(record, tcp, flow))
            return RECORD_IGNORED;
        record->stale = true;
        return RECORD_STALE;
    }
    if (answer.kind == 0 || tcp->ack != record->seqs[flow] + 1) {
        record->bad_ack = record->bad_ack || (tcp->flags & (TCP_SYN | TCP_RST)) != 0;
        return RECORD_IGNORED;
    }
    if (answer.kind == ANSWER_SYN_ACK)
        record->half_open |= (uint8_t)(1U << flow);
    return add_answer(record, flow, packet, answer);
}

enum answer_kind record_icmp_kind(const struct packet *packet)
{
    bool ipv4 = packet->src.family == ADDR_IPV4;

    if (packet->icmp.type == (ipv4 ? ICMP_UNREACHABLE : ICMPV6_UNREACHABLE))
        return ipv4 && packet->icmp.code == ICMP_FRAGMENTATION_NEEDED ? 0 : ANSWER_UNREACHABLE;
    return packet->icmp.type == (ipv4 ? ICMP_TTL_EXCEEDED : ICMPV6_TTL_EXCEEDED) &&
                   packet->icmp.code == 0
               ? ANSWER_TTL_EXCEEDED
               : 0;
}

static enum record_event see_icmp(struct record *record, const struct packet *packet, int flow)
{
    struct record_answer answer = {
        .kind = (uint8_t)record_icmp_kind(packet),
        .icmp_type = packet->icmp.type,
        .icmp_code = packet->icmp.code,
        .quoted_ttl = packet->quote.ttl,
    };

    if (answer.kind == 0 || flow == RECORD_ACK_FLOW || !flow_is_in_use(record, flow) ||
        packet->quote.seq != record->seqs[flow])
        return RECORD_IGNORED;
    return add_answer(record, flow, packet, answer);
}

enum record_event record_see(struct record *record, const struct packet *packet)
{
    int flow;

    if (record_is_ours(record, packet))
        return see_ours(record, packet);
    if (record_is_theirs(record, packet, &flow))
        return see_tcp(record, packet, flow);
    if (record_is_quoted(record, packet, &flow))
        return see_icmp(record, packet, flow);
    return RECORD_IGNORED;
}

bool record_adopt(struct record *record, const struct packet *packet)
{
    unsigned best = record->answer_count > 0 ? record_best(record)->kind : 0;

    if (packet->kind != PACKET_TCP || record_tcp_kind(packet) <= best)
        return false;
    add_answer(record, NO_FLOW, packet, tcp_answer(packet));
    return true;
}

const struct record_answer *record_best(const struct record *record)
{
    const struct record_answer *best = NULL;

    for (unsigned i = 0; i < record->answer_count; i++)
        if (best == NULL || record->room->answers[i].kind > best->kind)
            best = &record->room->answers[i];
    return best;
}

uint8_t record_sent(const struct record *record)
{
    uint8_t sent = 0;
    bool answered = false;

    for (unsigned n = 0; n < record->try_count; n++)
        sent = (uint8_t)(sent + (record->left[n] != 0));
    for (unsigned i = 0; i < record->answer_count; i++) /* our own machine's word is none */
        answered = answered || addr_equal(&record->dst, &record->src) ||
                   !addr_equal(&record->room->answers[i].from, &record->src);
    return sent == 0 && answered ? 1 : sent;
}
