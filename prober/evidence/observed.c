/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/observed.h"

#include <stddef.h>
#include <string.h>

#include "common/base/clock.h"
#include "prober/packet/our_syn.h"

uint8_t observed_flow(unsigned n)
{
    return syn_schedule[n].flow;
}

uint32_t observed_ts_value(const struct observed *observed, unsigned n)
{
    return observed->ts_value + syn_schedule[n].at_ms;
}

uint16_t observed_ip_id(const struct observed *observed, unsigned n)
{
    return (uint16_t)(observed->ip_id + 2 * n);
}

uint32_t observed_flow_label(const struct observed *observed, unsigned flow)
{
    return (observed->seqs[flow] & 0xfffff) | 1;
}

/* egress[n] is 1 plus the ns since first_egress_ns: 32 bits are enough for 4.2 s.  If the clock was
 * set meanwhile, first_egress_ns moves to where the schedule puts it. */
uint64_t observed_egress_ns(const struct observed *observed, unsigned n)
{
    return observed->egress[n] == 0 ? 0 : observed->first_egress_ns + observed->egress[n] - 1;
}

uint64_t observed_rtt_ns(const struct observed *observed, const struct observed_answer *answer)
{
    uint64_t egress_ns =
        answer->attempt != OBSERVED_NO_ATTEMPT ? observed_egress_ns(observed, answer->attempt) : 0;

    return egress_ns != 0 && egress_ns <= answer->time_ns ? answer->time_ns - egress_ns : 0;
}

static uint64_t scheduled_ns(unsigned n)
{
    return syn_schedule[n].at_ms * NS_PER_MS;
}

void observed_set_egress(struct observed *observed, unsigned n, uint64_t time_ns)
{
    unsigned first = 0;

    while (first < SYN_SCHEDULE_ATTEMPTS && observed->egress[first] == 0)
        first++;
    if (first == SYN_SCHEDULE_ATTEMPTS)
        observed->first_egress_ns = time_ns;
    else if (time_ns < observed->first_egress_ns ||
             time_ns - observed->first_egress_ns >= UINT32_MAX)
        observed->first_egress_ns = time_ns - scheduled_ns(n) + scheduled_ns(first);
    observed->egress[n] = (uint32_t)(time_ns - observed->first_egress_ns) + 1;
}

static int find_flow(const struct observed *observed, uint16_t sport)
{
    for (int i = 0; i < OBSERVED_FLOWS; i++)
        if (observed->sports[i] == sport ||
            (observed->has_nat && sport != 0 && observed->extra->nat_sports[i] == sport))
            return i;
    return -1;
}

bool observed_is_own_address(const struct observed *observed)
{
    return addr_equal(&observed->src, &observed->dst);
}

static bool is_us(const struct observed *observed, const struct addr *addr)
{
    return addr_equal(addr, &observed->src) ||
           (observed->has_nat && addr_equal(addr, &observed->extra->nat_src));
}

bool observed_is_ours(const struct observed *observed, const struct packet *packet)
{
    return packet->kind == PACKET_TCP && packet_may_be_ours(packet) &&
           packet->tcp.dport == observed->dport && addr_equal(&packet->dst, &observed->dst);
}

/* An answer although no SYN left: our own firewall rejects in the target's name, over loopback
 * (nft: reject with tcp reset).  The kernel may report its refusal of the SYN later. */
static bool is_forged_here(const struct observed *observed, const struct packet *packet)
{
    if (!packet->loopback || observed_is_own_address(observed))
        return false;
    for (unsigned n = 0; n < observed->attempt_count; n++)
        if (observed->egress[n] != 0)
            return false;
    return true;
}

bool observed_is_theirs(const struct observed *observed, const struct packet *packet, int *flow)
{
    *flow = -1;
    if (packet->kind != PACKET_TCP || packet->outgoing || packet->tcp.sport != observed->dport ||
        !addr_equal(&packet->src, &observed->dst) || !is_us(observed, &packet->dst) ||
        is_forged_here(observed, packet))
        return false;
    *flow = find_flow(observed, packet->tcp.dport);
    return *flow >= 0;
}

bool observed_is_quoted(const struct observed *observed, const struct packet *packet, int *flow)
{
    *flow = -1;
    /* an error of our own kernel about a failed ARP is captured twice on loopback, leaving and
     * arriving: count it once, when it arrives */
    if (packet->kind != PACKET_ICMP_ERROR || packet->outgoing || packet->quote.kind != PACKET_TCP ||
        packet->quote.dport != observed->dport || !addr_equal(&packet->quote.dst, &observed->dst))
        return false;
    *flow = find_flow(observed, packet->quote.sport);
    return *flow >= 0;
}

bool observed_concerns(const struct observed *observed, const struct packet *packet)
{
    int flow;

    if (!observed_is_ours(observed, packet))
        return observed_is_theirs(observed, packet, &flow) ||
               observed_is_quoted(observed, packet, &flow);
    for (int i = 0; i < OBSERVED_FLOWS; i++) /* works before our NAT is known, too */
        if (packet->tcp.seq == observed->seqs[i])
            return true;
    return find_flow(observed, packet->tcp.sport) >= 0;
}

/* The place to record what our own NAT does. */
static struct observed_extra *nat_extra(struct observed *observed)
{
    if (!observed->has_nat) {
        observed->extra->nat_src = (struct addr){0};
        memset(observed->extra->nat_sports, 0, sizeof(observed->extra->nat_sports));
    }
    observed->has_nat = true;
    return observed->extra;
}

/* The flow of a SYN that left with another source port than we gave it; -1: it isn't ours. */
static int learn_nat(struct observed *observed, const struct packet *packet)
{
    for (int i = 0; i < OBSERVED_FLOWS; i++) {
        if (packet->tcp.seq != observed->seqs[i])
            continue;
        for (unsigned n = 0; n < observed->attempt_count; n++) {
            if (observed_flow(n) != i || observed_ts_value(observed, n) != packet->tcp.ts_value)
                continue;
            nat_extra(observed)->nat_sports[i] = packet->tcp.sport;
            return i;
        }
    }
    return -1;
}

/* Only SYNs show what our NAT does: a RST from another port may be our kernel's answer to a
 * stranger's packet. */
static enum observed_event on_our_packet(struct observed *observed, const struct packet *packet)
{
    int flow = find_flow(observed, packet->tcp.sport);

    if (flow < 0 && (packet->tcp.flags & TCP_SYN) != 0)
        flow = learn_nat(observed, packet);
    if (flow < 0)
        return OBSERVED_IGNORED;
    if ((packet->tcp.flags & TCP_RST) != 0) {
        if (packet->tcp.seq == observed->seqs[flow] + 1)
            observed->torn_down |= (uint8_t)(1U << flow);
        return OBSERVED_EGRESS;
    }
    if ((packet->tcp.flags & TCP_SYN) == 0)
        return OBSERVED_IGNORED;
    for (unsigned n = 0; n < observed->attempt_count; n++) {
        if (observed_flow(n) != flow || observed_ts_value(observed, n) != packet->tcp.ts_value)
            continue;
        if (!addr_equal(&packet->src, &observed->src))
            nat_extra(observed)->nat_src = packet->src;
        if (observed->egress[n] == 0) /* bridges and loopback show a packet twice */
            observed_set_egress(observed, n, packet->time_ns);
        return OBSERVED_EGRESS;
    }
    return OBSERVED_IGNORED;
}

/* Finds the SYN that an answer on this flow belongs to: by the TSecr or IP ID that it returns, else
 * the last one that had left by then. */
static void attribute(const struct observed *observed, int flow, const struct packet *packet,
                      struct observed_answer *answer)
{
    unsigned candidates = 0;

    answer->attempt = OBSERVED_NO_ATTEMPT;
    for (unsigned n = 0; n < observed->attempt_count; n++) {
        if (observed_flow(n) != flow)
            continue;
        if ((packet->kind == PACKET_TCP && packet->tcp.has_timestamps &&
             packet->tcp.ts_echo == observed_ts_value(observed, n)) ||
            (packet->kind == PACKET_ICMP_ERROR && packet->src.family == ADDR_IPV4 &&
             packet->quote.ip_id == observed_ip_id(observed, n))) {
            answer->attempt = (uint8_t)n;
            return;
        }
        if (observed->egress[n] != 0 && observed_egress_ns(observed, n) <= packet->time_ns) {
            answer->attempt = (uint8_t)n;
            candidates++;
        }
    }
    answer->attempt_is_guess = candidates > 1;
}

/* May a SYN of this flow have left: was one not refused? */
static bool flow_is_in_use(const struct observed *observed, int flow)
{
    for (unsigned n = 0; n < observed->attempt_count; n++)
        if (observed_flow(n) == flow && (observed->refused >> n & 1) == 0)
            return true;
    return false;
}

static bool is_same_answer(const struct observed_answer *a, const struct observed_answer *b)
{
    return a->kind == b->kind && a->ttl == b->ttl && a->tos == b->tos &&
           a->window_zero == b->window_zero && a->no_options == b->no_options &&
           a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code &&
           addr_equal(&a->from, &b->from);
}

/* Does it have the IP ID of one of the flow's SYNs?  Those are odd, so never 0. */
static bool copies_ip_id(const struct observed *observed, int flow, const struct packet *packet)
{
    for (unsigned n = 0; n < observed->attempt_count; n++)
        if (observed_flow(n) == flow && packet->ip_id == observed_ip_id(observed, n))
            return true;
    return false;
}

/* If two RSTs of one port differ in these bits, two machines sent them. */
static uint8_t looks_of(const struct observed_answer *answer)
{
    enum { ID_ZERO = 1, DONT_FRAGMENT = 2, LABEL = 4, WINDOW = 8 };

    if (answer->kind != ANSWER_RESET)
        return 0;
    return (uint8_t)((answer->ip_id_zero ? ID_ZERO : 0) |
                     (answer->dont_fragment ? DONT_FRAGMENT : 0) |
                     (answer->flow_label_set ? LABEL : 0) | (answer->window_zero ? 0 : WINDOW));
}

static void note_flow(struct observed *observed, int flow, const struct observed_answer *answer)
{
    struct observed_flow_answer *on = &observed->extra->flows[flow];

    if (observed->answer_count == 0) /* an earlier probe may have used this memory */
        memset(observed->extra->flows, 0, sizeof(observed->extra->flows));
    if (answer->kind > on->kind)
        *on = (struct observed_flow_answer){.kind = answer->kind,
                                            .ttl = answer->ttl,
                                            .tos = answer->tos,
                                            .looks = looks_of(answer) & 0xfU,
                                            .has_reset = on->has_reset};
    on->has_reset = on->has_reset || answer->kind == ANSWER_RESET;
}

static enum observed_event add_answer(struct observed *observed, int flow,
                                      const struct packet *packet, struct observed_answer answer)
{
    answer.time_ns = packet->time_ns;
    answer.from = packet->src;
    answer.ttl = packet->ttl;
    answer.tos = packet->tos;
    answer.flow_label_set = packet->flow_label != 0;
    answer.flow_label_copied = answer.flow_label_set &&
                               packet->flow_label == observed_flow_label(observed, (unsigned)flow);
    answer.dont_fragment = packet->dont_fragment;
    answer.ip_id_zero = packet->ip_id == 0;
    answer.late = observed->out_of_time;
    attribute(observed, flow, packet, &answer);
    answer.ip_id_copied = packet->src.family == ADDR_IPV4 && copies_ip_id(observed, flow, packet);
    note_flow(observed, flow, &answer);

    for (unsigned i = 0; i < observed->answer_count; i++)
        if (is_same_answer(&observed->extra->answers[i], &answer))
            return OBSERVED_ANSWERED;
    if (observed->answer_count < OBSERVED_ANSWERS_MAX) {
        observed->extra->answers[observed->answer_count++] = answer;
    } else if (answer.kind > observed_best(observed)->kind) {
        observed->extra->answers[OBSERVED_ANSWERS_MAX - 1] = answer;
    }
    return OBSERVED_ANSWERED;
}

enum answer_kind observed_tcp_kind(const struct packet *packet)
{
    uint8_t flags = packet->tcp.flags;

    if ((flags & TCP_ACK) == 0)
        return 0;
    if ((flags & TCP_RST) != 0)
        return ANSWER_RESET;
    return (flags & TCP_SYN) != 0 ? ANSWER_SYN_ACK : 0;
}

/* RFC 9293 section 3.10.7.1: a RST to an ACK without a connection has the number that the ACK
 * acknowledges as its sequence number. */
static enum observed_event on_ack_answer(struct observed *observed, const struct packet *packet)
{
    if (!observed->ack_asked || (packet->tcp.flags & TCP_RST) == 0 ||
        packet->tcp.seq != observed->ack)
        return OBSERVED_IGNORED;
    observed->ack_answered = true;
    observed->ack_ttl = packet->ttl;
    return OBSERVED_ALIVE;
}

static struct observed_answer tcp_answer(const struct packet *packet)
{
    return (struct observed_answer){
        .kind = (uint8_t)observed_tcp_kind(packet),
        .window = packet->tcp.window,
        .window_zero = packet->tcp.window == 0,
        .no_options = !packet->tcp.has_options,
    };
}

static enum observed_event on_tcp_answer(struct observed *observed, const struct packet *packet,
                                         int flow)
{
    const struct packet_tcp *tcp = &packet->tcp;
    struct observed_answer answer = tcp_answer(packet);

    if (flow == OBSERVED_ACK_FLOW)
        return on_ack_answer(observed, packet);
    if (!flow_is_in_use(observed, flow))
        return OBSERVED_IGNORED;
    if (answer.kind == 0 || tcp->ack != observed->seqs[flow] + 1)
        return OBSERVED_IGNORED;
    if (answer.kind == ANSWER_SYN_ACK)
        observed->half_open |= (uint8_t)(1U << flow);
    return add_answer(observed, flow, packet, answer);
}

enum answer_kind observed_icmp_kind(const struct packet *packet)
{
    bool ipv4 = packet->src.family == ADDR_IPV4;

    if (packet->icmp.type == (ipv4 ? ICMP_UNREACHABLE : ICMPV6_UNREACHABLE))
        return ipv4 && packet->icmp.code == ICMP_FRAGMENTATION_NEEDED ? 0 : ANSWER_UNREACHABLE;
    if (!ipv4 && packet->icmp.type == ICMPV6_PARAMETER_PROBLEM) /* the host has no TCP */
        return packet->icmp.code == ICMPV6_UNKNOWN_NEXT_HEADER ? ANSWER_UNREACHABLE : 0;
    return packet->icmp.type == (ipv4 ? ICMP_TIME_EXCEEDED : ICMPV6_TIME_EXCEEDED) &&
                   packet->icmp.code == ICMP_TTL_EXPIRED
               ? ANSWER_TTL_EXCEEDED
               : 0;
}

static enum observed_event on_icmp_answer(struct observed *observed, const struct packet *packet,
                                          int flow)
{
    struct observed_answer answer = {
        .kind = (uint8_t)observed_icmp_kind(packet),
        .icmp_type = packet->icmp.type,
        .icmp_code = packet->icmp.code,
        .quoted_ttl = packet->quote.ttl,
    };

    if (answer.kind == 0 || flow == OBSERVED_ACK_FLOW || !flow_is_in_use(observed, flow) ||
        packet->quote.seq != observed->seqs[flow])
        return OBSERVED_IGNORED;
    /* an error with our own address as its source, but not from loopback, is forged */
    if (addr_equal(&packet->src, &observed->src) && !packet->loopback)
        return OBSERVED_IGNORED;
    return add_answer(observed, flow, packet, answer);
}

enum observed_event observed_on_packet(struct observed *observed, const struct packet *packet)
{
    int flow;

    if (observed_is_ours(observed, packet))
        return on_our_packet(observed, packet);
    if (observed_is_theirs(observed, packet, &flow))
        return on_tcp_answer(observed, packet, flow);
    if (observed_is_quoted(observed, packet, &flow))
        return on_icmp_answer(observed, packet, flow);
    return OBSERVED_IGNORED;
}

const struct observed_answer *observed_best(const struct observed *observed)
{
    const struct observed_answer *best = NULL;

    for (unsigned i = 0; i < observed->answer_count; i++)
        if (best == NULL || observed->extra->answers[i].kind > best->kind)
            best = &observed->extra->answers[i];
    return best;
}

uint8_t observed_sent(const struct observed *observed)
{
    uint8_t sent = 0;
    bool answered = false;

    for (unsigned n = 0; n < observed->attempt_count; n++)
        sent = (uint8_t)(sent + (observed->egress[n] != 0));
    for (unsigned i = 0; i < observed->answer_count; i++) /* errors of this machine don't count */
        answered = answered || observed_is_own_address(observed) ||
                   !addr_equal(&observed->extra->answers[i].from, &observed->src);
    return sent == 0 && answered ? 1 : sent;
}
