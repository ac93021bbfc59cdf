/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/world_stack.h"

static uint8_t first_ttl(uint8_t ttl, const struct world_packet *ours)
{
    return ttl != 0 ? ttl : ours->packet.ttl;
}

static struct packet tcp_answer(const struct world_stack *stack, const struct world_packet *ours,
                                uint8_t flags)
{
    const struct packet_tcp *tcp = &ours->packet.tcp;

    return (struct packet){
        .kind = PACKET_TCP,
        .src = ours->packet.dst,
        .dst = ours->packet.src,
        .ttl = first_ttl(stack->ttl, ours),
        .dont_fragment = true,
        .tcp = {.sport = tcp->dport, .dport = tcp->sport, .ack = tcp->seq + 1, .flags = flags},
    };
}

struct packet stack_syn_ack(const struct world_stack *stack, const struct world_packet *syn,
                            bool proxy, struct stack_chance chance)
{
    struct packet packet = tcp_answer(stack, syn, TCP_SYN | TCP_ACK);

    packet.tcp.seq = chance.seq;
    packet.tcp.window = proxy ? 0 : 65160;
    packet.tcp.has_options = !stack->bare;
    packet.tcp.has_timestamps = !stack->bare;
    packet.tcp.ts_echo = stack->bare ? 0 : syn->packet.tcp.ts_value;
    if (syn->packet.src.family == ADDR_IPV6)
        packet.flow_label = chance.label;
    return packet;
}

static uint8_t reset_tos(const struct world_stack *stack, uint8_t tos)
{
    switch ((enum stack_dscp)stack->dscp) {
    case STACK_DSCP_FOLLOWS: return tos;
    case STACK_DSCP_ZERO: return 0;
    case STACK_DSCP_LOW_DELAY: return 0x10;
    case STACK_DSCP_OTHER: break;
    }
    return stack->other_tos;
}

struct packet stack_reset(const struct world_stack *stack, const struct world_packet *syn,
                          struct stack_chance chance)
{
    struct packet packet = tcp_answer(stack, syn, TCP_RST | TCP_ACK);
    bool ipv6 = syn->packet.src.family == ADDR_IPV6;

    packet.tos = reset_tos(stack, syn->packet.tos);
    packet.tcp.window = stack->window ? 512 : 0;
    if (ipv6) {
        if (stack->label == STACK_LABEL_COPIED)
            packet.flow_label = syn->packet.flow_label;
        else if (stack->label == STACK_LABEL_SET)
            packet.flow_label = chance.label;
        packet.dont_fragment = false;
    } else if (stack->id == STACK_ID_COPIED) {
        packet.ip_id = syn->packet.ip_id;
    } else if (stack->id == STACK_ID_RANDOM) {
        packet.ip_id = chance.id;
    }
    return packet;
}

struct packet stack_reset_of_ack(const struct world_stack *stack, const struct world_packet *ack)
{
    struct packet packet = tcp_answer(stack, ack, TCP_RST);

    packet.tcp.seq = ack->packet.tcp.ack;
    packet.tcp.ack = 0;
    return packet;
}

struct packet stack_echo_reply(const struct world_stack *stack, const struct world_packet *request)
{
    struct packet packet = {
        .kind = PACKET_ECHO,
        .src = request->packet.dst,
        .dst = request->packet.src,
        .ttl = first_ttl(stack->echo_ttl, request),
        .tos = request->packet.tos,
        .echo = request->packet.echo,
    };

    packet.echo.reply = true;
    return packet;
}

struct packet stack_error(const struct addr *from, uint8_t ttl, const struct world_packet *about,
                          uint8_t type, uint8_t code)
{
    const struct packet *ours = &about->packet;

    return (struct packet){
        .kind = PACKET_ICMP_ERROR,
        .src = *from,
        .dst = ours->src,
        .ttl = ttl,
        .tos = 0xc0,
        .icmp = {type, code},
        .quote = {.src = ours->src,
                  .dst = ours->dst,
                  .kind = ours->kind,
                  .sport = ours->tcp.sport,
                  .dport = ours->tcp.dport,
                  .seq = ours->tcp.seq,
                  .echo = ours->echo,
                  .ttl = ours->ttl,
                  .tos = ours->tos,
                  .ip_id = ours->ip_id},
    };
}
