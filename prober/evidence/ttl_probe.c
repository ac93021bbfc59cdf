/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/ttl_probe.h"

#include <string.h>

#include "common/base/clock.h"

#define ROUND_NS (300 * NS_PER_MS)

enum {
    LOCATE_SENDS = 2,
    FIRST_WINDOW = 12, /* hops asked in the first round of a trace */
    NEXT_WINDOW = 8,   /* and behind the farthest that answered in each later one */
    LAST_ROUNDS = 2,   /* rounds to wait for after the last send */
};

static uint32_t hops_up_to(unsigned hop)
{
    return hop == 0 ? 0 : (UINT32_C(2) << hop) - 2;
}

void path_begin(struct path *path, uint32_t first_seq, uint8_t flow, uint32_t wanted,
                uint64_t now_ns)
{
    memset(path, 0, sizeof(*path));
    path->first_seq = first_seq;
    path->flow = flow;
    path->wanted = wanted & hops_up_to(PATH_HOPS_MAX);
    path->start_ns = now_ns;
    path->sends = LOCATE_SENDS;
    path->limit = PATH_HOPS_MAX;
    for (unsigned i = 0; i <= PATH_HOPS_MAX; i++)
        path->hops[i].rtt_ns = VERDICT_NO_RTT;
}

void path_begin_trace(struct path *path, uint32_t first_seq, uint8_t flow, uint8_t limit,
                      uint64_t now_ns)
{
    uint8_t end = limit < FIRST_WINDOW ? limit : FIRST_WINDOW;

    path_begin(path, first_seq, flow, hops_up_to(end), now_ns);
    path->sends = PATH_SENDS_MAX;
    path->limit = limit;
    path->trace = true;
}

static uint8_t farthest_asked(const struct path *path)
{
    uint8_t hop = PATH_HOPS_MAX;

    while (hop > 0 && (path->wanted >> hop & 1) == 0)
        hop--;
    return hop;
}

static uint8_t farthest_heard(const struct path *path)
{
    uint8_t hop = PATH_HOPS_MAX;

    while (hop > 0 && path->hops[hop].outcome == PATH_SILENT)
        hop--;
    return hop;
}

/* A trace goes on behind the farthest hop that it heard of, until somebody answers
 * for good or the packets go round in circles. */
static void widen(struct path *path)
{
    uint8_t heard = farthest_heard(path);
    uint8_t end = (uint8_t)(heard + NEXT_WINDOW);
    bool proven;

    if (!path->trace || path_first_answered(path, &proven) != 0 || path_loops(path))
        return;
    if (end > path->limit)
        end = path->limit;
    if (heard > 0 && end > farthest_asked(path))
        path->wanted |= hops_up_to(end);
}

static bool is_open(const struct path *path, unsigned hop)
{
    return (path->wanted >> hop & 1) != 0 && path->hops[hop].outcome == PATH_SILENT;
}

/* Behind the hop that answers there is nothing to ask. */
static void narrow(struct path *path)
{
    bool proven;
    uint8_t answered = path_first_answered(path, &proven);

    if (path->trace && answered != 0)
        path->wanted &= hops_up_to(answered);
    else
        widen(path);
}

bool path_next(struct path *path, uint64_t now_ns, uint8_t *number, uint8_t *hop)
{
    uint64_t round = (now_ns - path->start_ns) / ROUND_NS;

    if (round > path->round)
        path->round = (uint8_t)(round < UINT8_MAX ? round : UINT8_MAX);
    for (unsigned i = 1; i <= PATH_HOPS_MAX; i++) {
        struct path_hop *at = &path->hops[i];
        if (!is_open(path, i) || at->sends == path->sends ||
            (at->sends > 0 && at->round == path->round))
            continue;
        at->round = path->round; /* once in each round */
        *number = (uint8_t)(i * 4 + at->sends++);
        *hop = (uint8_t)i;
        return true;
    }
    return false;
}

/* The round in which the last answer may still come; its start is the end. */
static uint64_t last_round(const struct path *path)
{
    uint64_t last = 0;

    for (unsigned i = 1; i <= PATH_HOPS_MAX; i++) {
        uint64_t end = path->hops[i].round + LAST_ROUNDS;
        if (!is_open(path, i))
            continue;
        end += (uint64_t)(path->sends - path->hops[i].sends);
        last = end > last ? end : last;
    }
    return last;
}

bool path_is_over(const struct path *path, uint64_t now_ns)
{
    return now_ns >= path->start_ns + last_round(path) * ROUND_NS;
}

uint64_t path_due_ns(const struct path *path, uint64_t now_ns)
{
    uint64_t next_ns = path->start_ns + ((uint64_t)path->round + 1) * ROUND_NS;

    return path_is_over(path, now_ns) ? UINT64_MAX : next_ns;
}

/* The number of the SYN with this sequence number, or false. */
static bool find_number(const struct path *path, uint32_t seq, uint8_t *number)
{
    uint32_t offset = seq - path->first_seq;

    if (offset >= PATH_NUMBERS || path->hops[offset / 4].sends <= offset % 4)
        return false;
    *number = (uint8_t)offset;
    return true;
}

static bool see_ours(struct path *path, const struct packet *packet)
{
    bool rst = (packet->tcp.flags & TCP_RST) != 0;
    uint8_t number;

    if (!find_number(path, packet->tcp.seq - rst, &number))
        return false;
    if (rst)
        path->torn_down |= UINT32_C(1) << number / 4;
    else if (path->hops[number / 4].left_ns[number % 4] == 0)
        path->hops[number / 4].left_ns[number % 4] = packet->time_ns;
    return true;
}

static bool settle(struct path *path, uint8_t number, enum path_outcome outcome,
                   const struct packet *packet)
{
    struct path_hop *hop = &path->hops[number / 4];
    uint64_t left_ns = hop->left_ns[number % 4];

    if (hop->outcome >= outcome)
        return false;
    hop->outcome = (uint8_t)outcome;
    hop->from = packet->src;
    hop->quoted_tos = outcome == PATH_EXCEEDED ? packet->quote.tos : 0;
    hop->rtt_ns =
        left_ns != 0 && left_ns <= packet->time_ns ? packet->time_ns - left_ns : VERDICT_NO_RTT;
    narrow(path);
    return true;
}

bool path_see(struct path *path, const struct record *record, const struct packet *packet,
              bool *news)
{
    enum answer_kind kind;
    uint8_t number;
    int flow;

    *news = false;
    if (record_is_ours(record, packet))
        return see_ours(path, packet);
    if (record_is_theirs(record, packet, &flow)) {
        if (flow != path->flow || !find_number(path, packet->tcp.ack - 1, &number))
            return false;
        kind = record_tcp_kind(packet);
        if (kind == 0) /* an ACK alone: one of our SYNs met the connection of another */
            return (packet->tcp.flags & (TCP_SYN | TCP_RST | TCP_ACK)) == TCP_ACK;
        if (kind == ANSWER_SYN_ACK)
            path->half_open |= UINT32_C(1) << number / 4;
        *news = settle(path, number, PATH_ANSWERED, packet);
        return true;
    }
    if (!record_is_quoted(record, packet, &flow) || flow != path->flow ||
        !find_number(path, packet->quote.seq, &number))
        return false;
    kind = record_icmp_kind(packet);
    if (kind != 0)
        *news = settle(path, number, kind == ANSWER_TTL_EXCEEDED ? PATH_EXCEEDED : PATH_ANSWERED,
                       packet);
    return true;
}

uint8_t path_first_answered(const struct path *path, bool *proven)
{
    uint8_t hop = 1;

    while (hop <= PATH_HOPS_MAX && path->hops[hop].outcome != PATH_ANSWERED)
        hop++;
    *proven = hop == 1 || (hop <= PATH_HOPS_MAX && (path->hops[hop - 1].outcome == PATH_EXCEEDED ||
                                                    path->hops[hop - 1].sends >= LOCATE_SENDS));
    return hop <= PATH_HOPS_MAX ? hop : 0;
}

uint8_t path_last_forwarder(const struct path *path)
{
    uint8_t hop = PATH_HOPS_MAX;

    while (hop > 0 && path->hops[hop].outcome != PATH_EXCEEDED)
        hop--;
    return hop;
}

uint8_t path_hop_of(const struct path *path, const struct addr *addr)
{
    for (unsigned hop = 1; hop <= PATH_HOPS_MAX; hop++)
        if (path->hops[hop].outcome == PATH_EXCEEDED && addr_equal(&path->hops[hop].from, addr))
            return (uint8_t)hop;
    return 0;
}

bool path_loops(const struct path *path)
{
    for (unsigned hop = 1; hop <= PATH_HOPS_MAX; hop++) {
        bool left = false; /* has somebody else forwarded it since? */
        if (path->hops[hop].outcome != PATH_EXCEEDED)
            continue;
        for (unsigned later = hop + 1; later <= PATH_HOPS_MAX; later++) {
            if (path->hops[later].outcome != PATH_EXCEEDED)
                continue;
            if (!addr_equal(&path->hops[later].from, &path->hops[hop].from))
                left = true;
            else if (left)
                return true;
        }
    }
    return false;
}

uint8_t path_length(const struct path *path)
{
    uint8_t heard = farthest_heard(path);
    bool proven;
    uint8_t answered = path_first_answered(path, &proven);

    if (answered != 0)
        return answered;
    return heard < farthest_asked(path) ? (uint8_t)(heard + 1) : heard;
}
