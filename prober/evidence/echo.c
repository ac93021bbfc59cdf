/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/echo.h"

bool echo_add(struct echo *echo, uint8_t ttl, struct echo_request *request)
{
    if (echo->attempt_count == ECHO_ATTEMPTS_MAX)
        return false;
    echo->attempts[echo->attempt_count] =
        (struct echo_attempt){.ttl = ttl, .ip_id = request->ip_id};
    request->id = echo->id;
    request->cookie = echo->cookie;
    request->seq = (uint16_t)(echo->first_seq + echo->attempt_count++);
    request->ttl = ttl;
    return true;
}

enum echo_outcome echo_at(const struct echo *echo, uint8_t ttl, bool *asked)
{
    enum echo_outcome best = ECHO_SILENT;

    *asked = false;
    for (unsigned i = 0; i < echo->attempt_count; i++) {
        if (echo->attempts[i].ttl != ttl)
            continue;
        *asked = true;
        if (echo->attempts[i].outcome > best)
            best = (enum echo_outcome)echo->attempts[i].outcome;
    }
    return best;
}

bool echo_expired_at_target(const struct echo *echo)
{
    for (unsigned i = 0; i < echo->attempt_count; i++)
        if (echo->attempts[i].outcome == ECHO_EXPIRED && echo->attempts[i].at_target)
            return true;
    return false;
}

/* The attempt that the packet is about, or -1. */
static int find_attempt(const struct echo *echo, const struct addr *dst,
                        const struct packet *packet)
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
    if (ids->id != echo->id || index >= echo->attempt_count || !addr_equal(target, dst))
        return -1;
    if (ids->has_cookie)
        return ids->cookie == echo->cookie ? (int)index : -1;
    return ids == &packet->quote.echo && dst->family == ADDR_IPV4 &&
                   packet->quote.ip_id == echo->attempts[index].ip_id
               ? (int)index
               : -1;
}

bool echo_leave_proven(const struct echo *echo, struct echo *proven)
{
    bool differs = false;

    *proven = *echo;
    for (unsigned i = 0; i < echo->attempt_count; i++) {
        if (!echo->attempts[i].has_no_proof)
            continue;
        proven->attempts[i].outcome = ECHO_SILENT;
        differs = true;
    }
    return differs;
}

bool echo_is_about(const struct echo *echo, const struct addr *dst, const struct packet *packet)
{
    return find_attempt(echo, dst, packet) >= 0;
}

/* The number of attempts before this one that had the full TTL. */
static unsigned full_before(const struct echo *echo, int index)
{
    unsigned count = 0;

    for (int i = 0; i < index; i++)
        count += echo->attempts[i].ttl == ECHO_FULL_TTL;
    return count;
}

/* The time since the request left; 0: unknown. */
static uint64_t since_egress_ns(const struct echo *echo, int index, uint64_t time_ns)
{
    unsigned full = full_before(echo, index);
    uint64_t egress_ns = full < ECHO_FULL_MAX ? echo->egress_ns[full] : 0;

    return egress_ns != 0 && egress_ns < time_ns ? time_ns - egress_ns : 0;
}

bool echo_on_packet(struct echo *echo, const struct addr *dst, const struct packet *packet)
{
    int index = find_attempt(echo, dst, packet);
    struct echo_attempt *attempt;

    if (index < 0)
        return false;
    attempt = &echo->attempts[index];
    if (packet->outgoing) {
        if (!echo->replied && attempt->ttl == ECHO_FULL_TTL &&
            full_before(echo, index) < ECHO_FULL_MAX)
            echo->egress_ns[full_before(echo, index)] = packet->time_ns;
        return false;
    }
    if (packet->kind == PACKET_ICMP_ERROR) {
        uint8_t expired =
            packet->src.family == ADDR_IPV4 ? ICMP_TIME_EXCEEDED : ICMPV6_TIME_EXCEEDED;
        if (packet->icmp.type != expired || attempt->outcome != ECHO_SILENT)
            return false;
        attempt->outcome = ECHO_EXPIRED;
        attempt->has_no_proof = !packet->quote.echo.has_cookie;
        attempt->at_target = addr_equal(&packet->src, dst);
        return true;
    }
    if (!packet->echo.reply || attempt->outcome == ECHO_REPLIED)
        return false;
    attempt->outcome = ECHO_REPLIED;
    attempt->has_no_proof = false;
    if (attempt->ttl == ECHO_FULL_TTL && !echo->replied) {
        echo->replied = true;
        echo->reply_ttl = packet->ttl;
        echo->reply_tos = packet->tos;
        echo->rtt_ns = since_egress_ns(echo, index, packet->time_ns);
    }
    return true;
}
