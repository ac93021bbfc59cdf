/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/echo.h"


enum { ICMP_TTL_EXCEEDED = 11, ICMPV6_TTL_EXCEEDED = 3 };

bool echo_add(struct echo *echo, uint8_t ttl, struct echo_request *request)
{
    if (echo->try_count == ECHO_TRIES_MAX)
        return false;
    echo->tries[echo->try_count] = (struct echo_try){.ttl = ttl};
    request->id = echo->id;
    request->seq = (uint16_t)(echo->first_seq + echo->try_count++);
    request->ttl = ttl;
    return true;
}

enum echo_outcome echo_at(const struct echo *echo, uint8_t ttl, bool *asked)
{
    enum echo_outcome best = ECHO_SILENT;

    *asked = false;
    for (unsigned i = 0; i < echo->try_count; i++) {
        if (echo->tries[i].ttl != ttl)
            continue;
        *asked = true;
        if (echo->tries[i].outcome > best)
            best = (enum echo_outcome)echo->tries[i].outcome;
    }
    return best;
}

/* Which try it is about, or -1. */
static int find_try(const struct echo *echo, const struct addr *dst, const struct packet *packet)
{
    const struct packet_echo *ids = &packet->echo;
    const struct addr *target = packet->echo.reply ? &packet->src : &packet->dst;
    unsigned index;

    if (packet->kind == PACKET_ICMP_ERROR && packet->quote.kind == PACKET_ECHO) {
        ids = &packet->quote.echo;
        target = &packet->quote.dst;
    } else if (packet->kind != PACKET_ECHO) {
        return -1;
    }
    index = (uint16_t)(ids->seq - echo->first_seq);
    return ids->id == echo->id && index < echo->try_count && addr_equal(target, dst) ? (int)index
                                                                                     : -1;
}

bool echo_is_about(const struct echo *echo, const struct addr *dst, const struct packet *packet)
{
    return find_try(echo, dst, packet) >= 0;
}

bool echo_see(struct echo *echo, const struct addr *dst, const struct packet *packet)
{
    int index = find_try(echo, dst, packet);
    struct echo_try *try;

    if (index < 0 || packet->outgoing)
        return false;
    try = &echo->tries[index];
    if (packet->kind == PACKET_ICMP_ERROR) {
        uint8_t expired = packet->src.family == ADDR_IPV4 ? ICMP_TTL_EXCEEDED : ICMPV6_TTL_EXCEEDED;
        if (packet->icmp.type != expired || try->outcome != ECHO_SILENT)
            return false;
        try->outcome = ECHO_EXPIRED;
        return true;
    }
    if (!packet->echo.reply || try->outcome == ECHO_REPLIED)
        return false;
    try->outcome = ECHO_REPLIED;
    if (try->ttl == ECHO_FULL_TTL && !echo->replied) {
        echo->replied = true;
        echo->reply_ttl = packet->ttl;
        echo->reply_tos = packet->tos;
    }
    return true;
}
