/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/ttl_probe.h"

#include <string.h>

#include "common/base/clock.h"

#define ROUND_NS (300 * NS_PER_MS)

enum {
    LOCATE_SENDS = 2,
    FIRST_WINDOW = 8, /* hops probed in the first round of a trace */
    NEXT_WINDOW = 4,  /* and in later rounds, beyond the farthest that answered */
    SAME_MAX = 3,     /* consecutive hops with one address: the TTL is lowered there */
    LAST_ROUNDS = 2,  /* rounds to wait after the last SYN */
};

/* The inverse of ttl_probe_number. */
static unsigned hop_of(uint32_t number)
{
    return number / TTL_PROBE_NUMBERS_PER_HOP;
}

static unsigned send_of(uint32_t number)
{
    return number % TTL_PROBE_NUMBERS_PER_HOP;
}

static uint32_t hops_up_to(unsigned hop)
{
    return hop == 0 ? 0 : (UINT32_C(2) << hop) - 2;
}

void ttl_probe_begin(struct ttl_probe *ttl_probe, uint32_t secret, uint8_t flow, uint32_t wanted,
                     uint64_t now_ns)
{
    memset(ttl_probe, 0, sizeof(*ttl_probe));
    ttl_probe->secret = secret;
    ttl_probe->flow = flow;
    ttl_probe->wanted = wanted & hops_up_to(TTL_PROBE_HOPS_MAX);
    ttl_probe->start_ns = now_ns;
    ttl_probe->sends = LOCATE_SENDS;
    ttl_probe->limit = TTL_PROBE_HOPS_MAX;
    for (unsigned i = 0; i <= TTL_PROBE_HOPS_MAX; i++)
        ttl_probe->hops[i].rtt_ns = VERDICT_NO_RTT;
}

void ttl_probe_begin_trace(struct ttl_probe *ttl_probe, uint32_t secret, uint8_t flow,
                           uint8_t limit, uint64_t now_ns)
{
    uint8_t end = limit < FIRST_WINDOW ? limit : FIRST_WINDOW;

    ttl_probe_begin(ttl_probe, secret, flow, hops_up_to(end), now_ns);
    ttl_probe->sends = TTL_PROBE_SENDS_MAX;
    if (limit < TTL_PROBE_HOPS_MAX)
        ttl_probe->limit = limit;
    ttl_probe->trace = true;
}

static uint8_t farthest_asked(const struct ttl_probe *ttl_probe)
{
    uint8_t hop = TTL_PROBE_HOPS_MAX;

    while (hop > 0 && (ttl_probe->wanted >> hop & 1) == 0)
        hop--;
    return hop;
}

static uint8_t farthest_heard(const struct ttl_probe *ttl_probe)
{
    uint8_t hop = TTL_PROBE_HOPS_MAX;

    while (hop > 0 && ttl_probe->hops[hop].outcome == TTL_PROBE_SILENT)
        hop--;
    return hop;
}

/* A trace continues beyond the farthest hop that answered, until the flow is answered or loops. */
static void widen(struct ttl_probe *ttl_probe)
{
    uint8_t heard = farthest_heard(ttl_probe);
    uint8_t end = (uint8_t)(heard + NEXT_WINDOW);
    bool proven;

    if (!ttl_probe->trace || ttl_probe_first_answered(ttl_probe, &proven) != 0 ||
        ttl_probe_loops(ttl_probe) || ttl_probe_shortened_at(ttl_probe) != 0)
        return;
    if (end > ttl_probe->limit)
        end = ttl_probe->limit;
    if (heard > 0 && end > farthest_asked(ttl_probe))
        ttl_probe->wanted |= hops_up_to(end);
}

void ttl_probe_extend(struct ttl_probe *ttl_probe)
{
    ttl_probe->limit = TTL_PROBE_HOPS_MAX;
    widen(ttl_probe);
}

static bool is_open(const struct ttl_probe *ttl_probe, unsigned hop)
{
    return (ttl_probe->wanted >> hop & 1) != 0 && ttl_probe->hops[hop].outcome == TTL_PROBE_SILENT;
}

/* Hops beyond the one that answers need no SYNs. */
static void narrow(struct ttl_probe *ttl_probe)
{
    bool proven;
    uint8_t answered = ttl_probe_first_answered(ttl_probe, &proven);

    if (ttl_probe->trace && answered != 0)
        ttl_probe->wanted &= hops_up_to(answered);
    else
        widen(ttl_probe);
}

bool ttl_probe_next(struct ttl_probe *ttl_probe, uint64_t now_ns, uint8_t *number, uint8_t *hop)
{
    uint64_t round = (now_ns - ttl_probe->start_ns) / ROUND_NS;

    if (round > ttl_probe->round)
        ttl_probe->round = (uint8_t)(round < UINT8_MAX ? round : UINT8_MAX);
    for (unsigned i = 1; i <= TTL_PROBE_HOPS_MAX; i++) {
        struct ttl_probe_hop *at = &ttl_probe->hops[i];
        if (!is_open(ttl_probe, i) || at->sends == ttl_probe->sends ||
            (at->sends > 0 && at->round == ttl_probe->round))
            continue;
        at->round = ttl_probe->round; /* once in each round */
        *number = (uint8_t)ttl_probe_number(i, at->sends++);
        *hop = (uint8_t)i;
        return true;
    }
    return false;
}

/* The end is the start of this round: no answers are expected from then on. */
static uint64_t last_round(const struct ttl_probe *ttl_probe)
{
    uint64_t last = 0;

    for (unsigned i = 1; i <= TTL_PROBE_HOPS_MAX; i++) {
        uint64_t end = ttl_probe->hops[i].round + LAST_ROUNDS;
        if (!is_open(ttl_probe, i))
            continue;
        end += (uint64_t)(ttl_probe->sends - ttl_probe->hops[i].sends);
        last = end > last ? end : last;
    }
    return last;
}

bool ttl_probe_is_over(const struct ttl_probe *ttl_probe, uint64_t now_ns)
{
    return now_ns >= ttl_probe->start_ns + last_round(ttl_probe) * ROUND_NS;
}

uint64_t ttl_probe_due_ns(const struct ttl_probe *ttl_probe, uint64_t now_ns)
{
    uint64_t next_ns = ttl_probe->start_ns + ((uint64_t)ttl_probe->round + 1) * ROUND_NS;

    return ttl_probe_is_over(ttl_probe, now_ns) ? UINT64_MAX : next_ns;
}

/* A permutation of 32 bits that spreads neighbouring numbers (the finalizer of MurmurHash3), so
 * that an answer with an acknowledgment that is slightly off matches no other SYN. */
uint32_t ttl_probe_seq(const struct ttl_probe *ttl_probe, uint32_t number)
{
    uint32_t h = ttl_probe->secret + number * UINT32_C(0x9e3779b1);

    h = (h ^ h >> 16) * UINT32_C(0x85ebca6b);
    h = (h ^ h >> 13) * UINT32_C(0xc2b2ae35);
    return h ^ h >> 16;
}

/* The number of the SYN with this sequence number, or false. */
static bool find_number(const struct ttl_probe *ttl_probe, uint32_t seq, uint8_t *number)
{
    for (unsigned hop = 1; hop <= TTL_PROBE_HOPS_MAX; hop++)
        for (unsigned send = 0; send < ttl_probe->hops[hop].sends; send++) {
            *number = (uint8_t)ttl_probe_number(hop, send);
            if (ttl_probe_seq(ttl_probe, *number) == seq)
                return true;
        }
    return false;
}

bool ttl_probe_has_seq(const struct ttl_probe *ttl_probe, uint32_t seq)
{
    uint8_t number;

    return find_number(ttl_probe, seq, &number);
}

static bool on_our_packet(struct ttl_probe *ttl_probe, const struct packet *packet)
{
    bool rst = (packet->tcp.flags & TCP_RST) != 0;
    uint8_t number;

    if (!find_number(ttl_probe, packet->tcp.seq - rst, &number))
        return false;
    if (rst)
        ttl_probe->torn_down |= UINT32_C(1) << hop_of(number);
    else if (ttl_probe->hops[hop_of(number)].egress_ns[send_of(number)] == 0)
        ttl_probe->hops[hop_of(number)].egress_ns[send_of(number)] = packet->time_ns;
    return true;
}

static bool settle(struct ttl_probe *ttl_probe, uint8_t number, enum ttl_probe_outcome outcome,
                   const struct packet *packet)
{
    struct ttl_probe_hop *hop = &ttl_probe->hops[hop_of(number)];
    uint64_t egress_ns = hop->egress_ns[send_of(number)];

    if (hop->outcome >= outcome)
        return false;
    hop->outcome = (uint8_t)outcome;
    hop->from = packet->src;
    hop->quoted_tos = outcome == TTL_PROBE_EXCEEDED ? packet->quote.tos : 0;
    hop->rtt_ns = egress_ns != 0 && egress_ns <= packet->time_ns ? packet->time_ns - egress_ns
                                                                 : VERDICT_NO_RTT;
    narrow(ttl_probe);
    return true;
}

bool ttl_probe_on_packet(struct ttl_probe *ttl_probe, const struct observed *observed,
                         const struct packet *packet, bool *news)
{
    enum answer_kind kind;
    uint8_t number;
    int flow;

    *news = false;
    if (observed_is_ours(observed, packet))
        return on_our_packet(ttl_probe, packet);
    if (observed_is_theirs(observed, packet, &flow)) {
        if (flow != ttl_probe->flow || !find_number(ttl_probe, packet->tcp.ack - 1, &number))
            return false;
        kind = observed_tcp_kind(packet);
        if (kind == 0) /* a bare ACK: our SYN met a connection that another one opened */
            return (packet->tcp.flags & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_ACK;
        if (kind == ANSWER_SYN_ACK)
            ttl_probe->half_open |= UINT32_C(1) << hop_of(number);
        *news = settle(ttl_probe, number, TTL_PROBE_ANSWERED, packet);
        return true;
    }
    if (!observed_is_quoted(observed, packet, &flow) || flow != ttl_probe->flow ||
        !find_number(ttl_probe, packet->quote.seq, &number))
        return false;
    kind = observed_icmp_kind(packet);
    if (kind != 0)
        *news =
            settle(ttl_probe, number,
                   kind == ANSWER_TTL_EXCEEDED ? TTL_PROBE_EXCEEDED : TTL_PROBE_ANSWERED, packet);
    return true;
}

uint8_t ttl_probe_first_answered(const struct ttl_probe *ttl_probe, bool *proven)
{
    uint8_t hop = 1;

    while (hop <= TTL_PROBE_HOPS_MAX && ttl_probe->hops[hop].outcome != TTL_PROBE_ANSWERED)
        hop++;
    *proven = hop == 1 ||
              (hop <= TTL_PROBE_HOPS_MAX && ttl_probe->hops[hop - 1].outcome == TTL_PROBE_EXCEEDED);
    return hop <= TTL_PROBE_HOPS_MAX ? hop : 0;
}

static bool is_same_router(const struct ttl_probe *ttl_probe, unsigned hop, unsigned other)
{
    return ttl_probe->hops[hop].outcome == TTL_PROBE_EXCEEDED &&
           ttl_probe->hops[other].outcome == TTL_PROBE_EXCEEDED &&
           addr_equal(&ttl_probe->hops[hop].from, &ttl_probe->hops[other].from);
}

uint8_t ttl_probe_shortened_at(const struct ttl_probe *ttl_probe)
{
    for (unsigned hop = 1; hop + SAME_MAX - 1 <= TTL_PROBE_HOPS_MAX; hop++)
        if (is_same_router(ttl_probe, hop, hop + 1) && is_same_router(ttl_probe, hop, hop + 2))
            return (uint8_t)hop;
    return 0;
}

uint8_t ttl_probe_first_of_router(const struct ttl_probe *ttl_probe, uint8_t hop)
{
    while (hop > 1 && is_same_router(ttl_probe, hop, hop - 1U))
        hop--;
    return hop;
}

uint8_t ttl_probe_last_forwarder(const struct ttl_probe *ttl_probe)
{
    uint8_t hop = TTL_PROBE_HOPS_MAX;

    if (ttl_probe_shortened_at(ttl_probe) != 0)
        return ttl_probe_shortened_at(ttl_probe);
    while (hop > 0 && ttl_probe->hops[hop].outcome != TTL_PROBE_EXCEEDED)
        hop--;
    return hop;
}

uint8_t ttl_probe_hop_of(const struct ttl_probe *ttl_probe, const struct addr *addr)
{
    for (unsigned hop = 1; hop <= TTL_PROBE_HOPS_MAX; hop++)
        if (ttl_probe->hops[hop].outcome == TTL_PROBE_EXCEEDED &&
            addr_equal(&ttl_probe->hops[hop].from, addr))
            return (uint8_t)hop;
    return 0;
}

bool ttl_probe_loops(const struct ttl_probe *ttl_probe)
{
    for (unsigned hop = 1; hop <= TTL_PROBE_HOPS_MAX; hop++) {
        bool others = false; /* has another router reported a hop since? */
        if (ttl_probe->hops[hop].outcome != TTL_PROBE_EXCEEDED)
            continue;
        for (unsigned later = hop + 1; later <= TTL_PROBE_HOPS_MAX; later++) {
            if (ttl_probe->hops[later].outcome != TTL_PROBE_EXCEEDED)
                continue;
            if (!addr_equal(&ttl_probe->hops[later].from, &ttl_probe->hops[hop].from))
                others = true;
            else if (others)
                return true;
        }
    }
    return false;
}

uint8_t ttl_probe_length(const struct ttl_probe *ttl_probe)
{
    uint8_t heard = farthest_heard(ttl_probe);
    bool proven;
    uint8_t answered = ttl_probe_first_answered(ttl_probe, &proven);

    if (answered != 0)
        return answered;
    if (ttl_probe_shortened_at(ttl_probe) != 0)
        return ttl_probe_shortened_at(ttl_probe);
    return heard < farthest_asked(ttl_probe) ? (uint8_t)(heard + 1) : heard;
}
